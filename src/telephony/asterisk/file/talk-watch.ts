/**
 * When the caller speaks, from what TALK_DETECT tells. It tells the start of speech for sure, and its end only if frames of silence
 * follow: a phone that sends nothing while it is silent, an event that is lost, and a noise that never ends all leave it untold. So
 * while the caller seems to speak, Asterisk is asked again and again: the detection is taken away and set anew, and begins to
 * talk at the next loud frame if there is one. If none comes, the caller has stopped.
 */
import type { CancelTimer, Clock } from '../../../base/clock.ts';
import { DETECTION_SILENCE_MS } from './talk-detection.ts';

/**
 * Speech goes on for so long, ms, before it is asked whether it does: longer than a question without a pause that is told. An answer that
 * is late on a busy machine is taken for the end, and puts a seam into a word.
 */
const ASK_AFTER_MS = 5000;

/**
 * Who speaks before the greeting can have been heard, ms after the line was opened, is more likely the noise of the line. Nobody else's
 * words may be torn by an early look.
 */
const FROM_THE_BEGINNING_MS = 500;

/** The same for what sounds from the beginning, ms: the greeting waits for it. */
const ASK_FROM_THE_BEGINNING_AFTER_MS = 400;

/**
 * Who still speaks is heard within so long, ms: what Asterisk itself takes for an end, and 400 for the event to come from a busy machine.
 * Who is thought silent too soon has a seam put into the recording in the middle of a word.
 */
const ANSWER_WITHIN_MS = DETECTION_SILENCE_MS + 400;

/** A timer that is later than this, ms, tells that the process stood still. */
const STALLED_FOR_MS = 100;

export interface TalkWatchOptions {
  readonly clock: Clock;
  /** Sets the detection anew, so that speech which goes on is told again. Never rejects. */
  readonly askAgain: () => Promise<'asked' | 'notNow'>;
  /** Speech does not end: time to learn how loud the line is, and whether it is only that. Never rejects. */
  readonly learn: () => Promise<'noise' | 'unknown'>;
  /** Both on the line's clock. */
  readonly onStarted: (atMs: number) => void;
  readonly onStopped: (startedAtMs: number, endedAtMs: number) => void;
}

export class TalkWatch {
  readonly #options: TalkWatchOptions;
  readonly #openedAtMs: number;
  #startedAtMs: number | undefined;
  #asked = 0;
  #isAsking = false;
  #cancel: CancelTimer = () => undefined;
  #closed = false;

  constructor(options: TalkWatchOptions) {
    this.#options = options;
    this.#openedAtMs = options.clock.nowMs();
  }

  /** Since when the caller speaks, on the line's clock; undefined in a pause. */
  get speakingSinceMs(): number | undefined {
    return this.#startedAtMs;
  }

  /** ChannelTalkingStarted. */
  started(atMs: number): void {
    if (this.#closed) return;
    if (this.#startedAtMs === undefined) {
      this.#startedAtMs = atMs;
      this.#asked = 0;
      this.#options.onStarted(atMs);
    }
    this.#isAsking = false;
    this.#askLater();
  }

  /** ChannelTalkingFinished. A stalled network makes `durationMs` negative. */
  finished(atMs: number, durationMs: number): void {
    this.#end(atMs - DETECTION_SILENCE_MS, durationMs);
  }

  /** Nothing of the caller comes any more, for a reason that is known. */
  interrupted(atMs: number): void {
    this.#end(atMs);
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #end(endedAtMs: number, durationMs = 0): void {
    const startedAtMs = this.#startedAtMs;
    if (startedAtMs === undefined || this.#closed) return;
    this.#startedAtMs = undefined;
    this.#isAsking = false;
    this.#cancel();
    // After a stall of this process both events come at once, and only Asterisk knows how long it was.
    this.#options.onStopped(Math.min(startedAtMs, endedAtMs - Math.max(0, durationMs)), endedAtMs);
  }

  #askLater(): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(this.#askAfterMs, () => void this.#ask());
  }

  get #askAfterMs(): number {
    return this.#isFirstLook ? ASK_FROM_THE_BEGINNING_AFTER_MS : ASK_AFTER_MS;
  }

  get #isFirstLook(): boolean {
    const sinceMs = (this.#startedAtMs ?? Infinity) - this.#openedAtMs;
    return sinceMs < FROM_THE_BEGINNING_MS && this.#asked === 0;
  }

  async #ask(): Promise<void> {
    const { clock, askAgain, learn } = this.#options;
    const startedAtMs = this.#startedAtMs;
    const isFirstLook = this.#isFirstLook;
    this.#asked++;
    // Each time costs a seam in the recording, which in the middle of a word can cost the word: late, and less and less often.
    const verdict = isFirstLook || isPowerOfTwo(this.#asked) ? await learn() : 'unknown';
    if (this.#closed || startedAtMs === undefined || startedAtMs !== this.#startedAtMs) return;
    if (verdict === 'noise') return this.#end(startedAtMs);
    this.#isAsking = true;
    const answer = await askAgain();
    if (!this.#isAsking || this.#closed) return;
    if (answer === 'notNow') return this.#askLater();
    this.#endUnlessHeard(clock.nowMs());
  }

  /** Unless this process stood still meanwhile: then what Asterisk has said is still to be read. */
  #endUnlessHeard(askedAtMs: number): void {
    const { clock } = this.#options;
    const dueAtMs = clock.nowMs() + ANSWER_WITHIN_MS;
    this.#cancel = clock.after(ANSWER_WITHIN_MS, () => {
      if (clock.nowMs() - dueAtMs > STALLED_FOR_MS) this.#endUnlessHeard(askedAtMs);
      else this.#end(askedAtMs);
    });
  }
}

/** From 2 on. */
function isPowerOfTwo(count: number): boolean {
  return count > 1 && Number.isInteger(Math.log2(count));
}
