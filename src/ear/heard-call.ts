/** The ear of a call that is served: put to its line before it runs, and asked at any time. */
import type { Clock } from '../base/clock.ts';
import type { Hearing, Player } from '../telephony/line.ts';
import type { FirstToSpeak } from '../timeline/kinds.ts';
import { firstEntryOf } from '../timeline/timeline-entries.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { CallEar } from './call-ear.ts';
import { roundedReport } from './ear-report.ts';
import type { EarReport } from './ear-report.ts';
import type { SoundSpan } from './sound-spans.ts';
import type { Listened } from './turn-waits.ts';

/** What of a line is listened to. */
export interface ListenedLine {
  readonly hearing: Pick<Hearing, 'tap' | 'lostMs'>;
  readonly player: Pick<Player, 'tap' | 'sampleRateHz'>;
  /** Aborts when the caller is gone. */
  readonly ended: AbortSignal;
}

/** What of a call is listened to, beside its line. */
export interface ListenedCall {
  readonly timeline: Timeline;
  /** The bot, if not given. */
  readonly first?: FirstToSpeak;
  /** While the caller had put the call on hold. */
  readonly holds?: readonly SoundSpan[];
}

export interface HeardLines {
  /** As the telephone has given it. */
  readonly line: ListenedLine;
  /** The same as it is recorded; the same object where it is not. */
  readonly recorded: ListenedLine;
}

interface Listening {
  readonly ear: CallEar;
  readonly from: EarReport['from'];
  readonly line: ListenedLine;
  readonly call: ListenedCall;
}

export class HeardCall {
  readonly #clock: Clock;
  /** Until the call has ended: whoever remembers what it was like keeps nothing else of it, its timeline's observers neither. */
  #listening: Listening | undefined;
  #last: EarReport | undefined;
  /** Nobody listens any more, whatever the call still has to do. */
  #goneAtMs: number | undefined;

  constructor(call: ListenedCall, lines: HeardLines, clock: Clock) {
    this.#clock = clock;
    const listening = listenTo(lines.line, 'line') ?? listenTo(lines.recorded, 'recording');
    this.#listening = listening && { ...listening, call };
    lines.line.ended.addEventListener('abort', () => (this.#goneAtMs = clock.nowMs()), { once: true });
  }

  /** What was heard on the line since then; undefined where that is not listened to. */
  readonly since: Listened = (sinceMs) => {
    const { ear, call, from } = this.#listening ?? {};
    if (!ear || from !== 'line') return undefined;
    return { ...ear.soundsSince(sinceMs), holds: call?.holds ?? [] };
  };

  /** What the call has been like so far; undefined where that is unknown: nobody has answered, or the line shows no sound and is not recorded. */
  get report(): EarReport | undefined {
    if (!this.#listening) return this.#last;
    const { ear, line, call } = this.#listening;
    const { first, holds } = call;
    const timeline = call.timeline.entries;
    const ended = firstEntryOf(timeline, 'call.ended');
    const untilMs = this.#goneAtMs ?? ended?.atMs ?? this.#clock.nowMs();
    const report = ear.report({ timeline, untilMs, lostMs: line.hearing.lostMs, first, holds });
    // In a recording of sounds that somebody else has made there are none.
    const isHeard = report?.from === 'line' || (report?.bot.soundMs ?? 0) > 0;
    this.#last = report && isHeard ? roundedReport(report) : undefined;
    if (ended) this.#listening = undefined;
    return this.#last;
  }
}

function listenTo(line: ListenedLine, from: EarReport['from']) {
  const { hearing, player } = line;
  if (!hearing.tap || !player.tap) return undefined;
  // A line hears and speaks at one rate.
  const ear = new CallEar({ callerRateHz: player.sampleRateHz, botRateHz: player.sampleRateHz, from });
  hearing.tap(ear.caller);
  player.tap(ear.bot);
  return { ear, from, line };
}
