/** Tells the call while it goes on: a line for everything that is said, and where the seconds went before an answer. */
import pc from 'picocolors';
import type { Timeline, TimelineEntry } from '../../timeline/timeline.ts';
import type { Span } from '../../lab/phone/phone.ts';
import type { CallListener } from './call.ts';
import type { Clip } from './scenario.ts';
import { stagesOf } from './stages.ts';
import { seconds } from './seconds.ts';

const SPEAKER_WIDTH = 8;
/** Under the text, not under the time and the speaker. */
const INDENT = ' '.repeat('00:00.0'.length + 2 + SPEAKER_WIDTH);

export class Narrator implements CallListener {
  readonly #print: (line: string) => void;
  #timeline: Timeline | undefined;
  #answeredAtMs = 0;
  #spokeUntilMs = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  follow(timeline: Timeline): void {
    this.#timeline = timeline;
    timeline.observe((entry) => this.#tell(entry));
  }

  questionBegins({ text }: Clip): void {
    this.#say(performance.now(), pc.cyan('caller'.padEnd(SPEAKER_WIDTH)), text);
  }

  questionEnded({ endedAtMs }: Span): void {
    this.#spokeUntilMs = endedAtMs;
  }

  #tell(entry: TimelineEntry): void {
    switch (entry.type) {
      case 'call.answered':
        this.#answeredAtMs = entry.atMs;
        return;
      case 'playback.started':
        return this.#bot(entry);
      case 'bargeIn.paused':
        return this.#note('pauses: the caller makes a sound');
      case 'bargeIn.resumed':
        return this.#note('goes on: it was no speech');
      case 'bargeIn.stopped':
        return this.#note('gives way: it is speech');
      case 'failure':
        return this.#note(pc.red(`${entry.during} failed: ${entry.code}`));
    }
  }

  #bot({ kind, text, atMs, turn, index }: Extract<TimelineEntry, { type: 'playback.started' }>): void {
    const isAnswer = kind === 'answer';
    const words = isAnswer || kind === 'greeting' ? text : `${text} ${pc.dim(`(${kind})`)}`;
    this.#say(atMs, pc.green('bot'.padEnd(SPEAKER_WIDTH)), words);
    if (!isAnswer || index > 0) return;
    const stages = stagesOf(this.#timeline?.entries ?? [], turn, this.#spokeUntilMs, atMs);
    if (!stages) return;
    const parts = [
      `end of turn ${seconds(stages.endOfTurnMs)}`,
      `recognition ${seconds(stages.recognitionMs)}`,
      `first token ${seconds(stages.firstTokenMs)}`,
      `first audio ${seconds(stages.firstAudioMs)}`,
      `playback ${seconds(stages.playbackMs)}`,
    ];
    this.#print(pc.dim(`${INDENT}${parts.join(' → ')} = ${seconds(stages.totalMs)} s`));
  }

  #say(atMs: number, speaker: string, text: string): void {
    this.#print(`${pc.dim(this.#timeOf(atMs))}  ${speaker}${text}`);
  }

  #note(what: string): void {
    this.#print(`${pc.dim(this.#timeOf(performance.now()))}  ${pc.dim('bot'.padEnd(SPEAKER_WIDTH) + what)}`);
  }

  /** Since the answer, `01:02.3`. */
  #timeOf(atMs: number): string {
    const tenths = Math.max(0, Math.round((atMs - this.#answeredAtMs) / 100));
    const minutes = String(Math.floor(tenths / 600)).padStart(2, '0');
    return `${minutes}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
  }
}
