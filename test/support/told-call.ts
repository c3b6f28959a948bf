/** A call that is told, not made: a timeline and the recordings that belong to it, with everything in it that a report has to show. */
import { ManualClock } from '../../src/base/manual-clock.ts';
import { durationMs, msToBytes, silence, slice } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import type { SpeechKind } from '../../src/timeline/timeline.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { loadScenario } from '../../src/cli/demo/scenario.ts';
import type { Clip } from '../../src/cli/demo/scenario.ts';
import type { ReportedCall } from '../../src/recordings/report/reported-call.ts';

const RATE_HZ = 8000;

/** Everything that a page must show as text and never run. */
export const HOSTILE =
  '</script><script>document.title="run"</script><img src="http://127.0.0.1:9/x" onerror=\'document.title="run"\'> & "so" \u202e on';

/** When the parts of an answer come, ms after the caller's last loud frame. */
interface Pace {
  readonly endOfTurn: number;
  readonly firstToken: number;
  readonly firstAudio?: number;
  readonly filler?: number;
}

class ToldCall {
  readonly timeline = new Timeline(new ManualClock());
  readonly #caller: Pcm;
  readonly #bot: Pcm;
  /** When what was told last is over. */
  nowMs = 0;

  constructor(lengthMs: number) {
    this.#caller = silence(lengthMs, RATE_HZ);
    this.#bot = silence(lengthMs, RATE_HZ);
  }

  /** The caller speaks, at `atMs`, and has said all at `nowMs`. */
  ask({ pcm, text }: Clip, atMs = this.nowMs + 900): void {
    this.#put(this.#caller, pcm, atMs);
    this.timeline.mark('speech.started', {}, atMs);
    const endedAtMs = atMs + durationMs(pcm);
    const words = text.split(' ');
    for (const part of [0.4, 0.75])
      this.timeline.mark(
        'recognition.partial',
        { text: words.slice(0, Math.ceil(words.length * part)).join(' ') },
        atMs + part * durationMs(pcm) + 150,
      );
    this.timeline.mark('speech.stopped', { endedAtMs, speechMs: durationMs(pcm) }, endedAtMs + 200);
    this.nowMs = endedAtMs;
  }

  /** The bot answers what was asked last. */
  answer(text: string, clips: readonly Clip[], pace: Pace): void {
    const { timeline } = this;
    const askedMs = this.nowMs;
    const endMs = this.turnEnds(text, pace.endOfTurn);
    const tokenMs = askedMs + pace.firstToken;
    timeline.mark('chat.started', {}, Math.min(endMs + 25, tokenMs - 100));
    timeline.mark('chat.firstToken', {}, tokenMs);
    if (pace.filler !== undefined) this.say('filler', FILLER, askedMs + pace.filler, 385);
    clips.forEach((clip, index) => {
      const readyMs = tokenMs + 90 + index * 260;
      timeline.mark('chunk.ready', { index, text: clip.text }, readyMs);
      timeline.mark('synthesis.started', { index, characters: clip.text.length }, readyMs);
      const audioMs = readyMs + (index === 1 ? (pace.firstAudio ?? 160) : 160);
      timeline.mark('synthesis.firstAudio', { index, provider: 'yandex-grpc' }, audioMs);
      const doneMs = audioMs + durationMs(clip.pcm) / 6;
      timeline.mark('synthesis.done', { index, audioMs: durationMs(clip.pcm) }, doneMs);
    });
    timeline.mark('chat.done', { characters: 120 }, tokenMs + 90 + clips.length * 260);
    this.nowMs = Math.max(this.nowMs, tokenMs + 90 + 160 + 20, endMs + 20);
  }

  turnEnds(text: string, endOfTurnMs: number): number {
    const { timeline } = this;
    timeline.turn++;
    timeline.mark('turn.ended', { speechEndedAtMs: this.nowMs }, this.nowMs + endOfTurnMs);
    timeline.mark('recognition.done', { text }, this.nowMs + endOfTurnMs + 20);
    return this.nowMs + endOfTurnMs;
  }

  /** The bot says a clip behind what it said before, or is cut off after `heardMs`. */
  sayNext(kind: SpeechKind, clip: Clip, index = 0, heardMs = durationMs(clip.pcm)): void {
    this.say(kind, clip, this.nowMs, heardMs, index);
  }

  say(kind: SpeechKind, { pcm, text }: Clip, atMs: number, heardMs = durationMs(pcm), index = 0): void {
    const outcome = heardMs < durationMs(pcm) ? 'stopped' : 'heard';
    this.#put(this.#bot, slice(pcm, 0, heardMs), atMs);
    this.timeline.mark('playback.started', { kind, index, text }, atMs);
    this.timeline.mark('playback.finished', { kind, index, heardMs, outcome }, atMs + heardMs);
    this.nowMs = Math.max(this.nowMs, atMs + heardMs);
  }

  /** The caller coughs over the bot, which pauses in the middle of a clip for so long. */
  sayThroughCough(clip: Clip, index: number, pausedAfterMs: number, pauseMs: number): void {
    const fromMs = this.nowMs;
    const wholeMs = durationMs(clip.pcm);
    const pausedMs = fromMs + pausedAfterMs;
    this.#put(this.#bot, slice(clip.pcm, 0, pausedAfterMs), fromMs);
    this.#put(this.#bot, slice(clip.pcm, pausedAfterMs), pausedMs + pauseMs);
    this.timeline.mark('playback.started', { kind: 'answer', index, text: clip.text }, fromMs);
    this.timeline.mark('bargeIn.paused', {}, pausedMs);
    this.timeline.mark('bargeIn.resumed', { because: 'tooShort' }, pausedMs + pauseMs);
    this.nowMs = fromMs + wholeMs + pauseMs;
    this.timeline.mark(
      'playback.finished',
      { kind: 'answer', index, heardMs: wholeMs, outcome: 'heard' },
      this.nowMs,
    );
  }

  over(outcome: 'spoken' | 'interrupted' | 'failed'): void {
    this.timeline.mark('turn.over', { outcome }, this.nowMs);
  }

  get audio(): Pick<ReportedCall, 'caller' | 'bot'> {
    return { caller: this.#caller, bot: this.#bot };
  }

  #put(side: Pcm, pcm: Pcm, atMs: number): void {
    const at = msToBytes(atMs, RATE_HZ);
    side.data.set(pcm.data.subarray(0, side.data.byteLength - at), at);
  }
}

const FILLER: Clip = { text: 'Так…', pcm: silence(385, RATE_HZ) };

/** Six turns: an ordinary one, an interruption with a slow model, early answers, a failure, hostile words, a farewell. */
export async function toldCall(): Promise<ReportedCall> {
  const { greeting, exchanges, botVoice } = await loadScenario();
  const [hours, saturday, metro, thanks] = exchanges;
  if (!hours || !saturday || !metro || !thanks) throw new Error('The demo has become shorter.');
  const apology = clip(botVoice, 'Извините');
  const call = new ToldCall(58_000);
  const { timeline } = call;

  timeline.mark('call.answered', {}, 40);
  call.say('greeting', greeting, 120);

  call.ask(hours.question);
  call.answer(hours.question.text, hours.answer, { endOfTurn: 380, firstToken: 820 });
  const [first, second, third] = hours.answer;
  if (!first || !second || !third) throw new Error('The demo has become shorter.');
  call.sayNext('answer', first, 0);
  call.sayThroughCough(second, 1, 1200, 420);
  const overMs = call.nowMs + 700;
  timeline.mark('bargeIn.paused', {}, overMs + 60);
  timeline.mark('bargeIn.stopped', {}, overMs + 340);
  call.sayNext('answer', third, 2, 760);
  call.over('interrupted');

  call.ask(saturday.question, overMs);
  call.answer(saturday.question.text, saturday.answer, { endOfTurn: 520, firstToken: 2900, filler: 620 });
  saturday.answer.forEach((said, index) => call.sayNext('answer', said, index));
  call.over('spoken');

  call.ask(metro.question);
  const askedMs = call.nowMs;
  timeline.mark('earlyAnswer.begun', { text: 'А как до вас' }, askedMs - 900);
  timeline.mark('earlyAnswer.wasted', { tokens: 4 }, askedMs - 500);
  timeline.mark('earlyAnswer.begun', { text: metro.question.text }, askedMs + 90);
  timeline.mark('earlyAnswer.used', {}, askedMs + 610);
  call.answer(metro.question.text, metro.answer, { endOfTurn: 600, firstToken: 330, firstAudio: 640 });
  metro.answer.forEach((said, index) => call.sayNext('answer', said, index));
  call.over('spoken');

  call.ask({ text: HOSTILE, pcm: hours.question.pcm });
  call.turnEnds(HOSTILE, 400);
  timeline.mark('chat.started', {}, call.nowMs + 430);
  timeline.mark('failure', { code: 'LLM_TIMEOUT', during: 'chat' }, call.nowMs + 2400);
  call.say('apology', apology, call.nowMs + 2420);
  call.over('failed');

  call.ask(thanks.question);
  call.answer(thanks.question.text, thanks.answer, { endOfTurn: 300, firstToken: 640 });
  thanks.answer.forEach((said, index) => call.sayNext('answer', said, index));
  call.over('spoken');
  timeline.mark('call.ended', { cause: 'caller' }, call.nowMs + 400);

  return {
    name: '2026-11-20 at 18:42, from +7 900 000-00-00',
    facts: [
      { label: 'Bot', value: 'default' },
      { label: 'Language', value: 'ru-RU' },
      { label: 'Media', value: 'stream' },
      { label: 'Ended by', value: 'the caller' },
      { label: 'Caller name', value: HOSTILE },
    ],
    timeline: timeline.entries,
    ...call.audio,
  };
}

function clip(voices: ReadonlyMap<string, Pcm>, beginning: string): Clip {
  const found = [...voices].find(([text]) => text.startsWith(beginning));
  if (!found) throw new Error(`Nothing in the demo begins with ${beginning}.`);
  return { text: found[0], pcm: found[1] };
}
