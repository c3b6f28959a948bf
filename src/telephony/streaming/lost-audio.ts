/**
 * How much of what a far end has sent never came: by so much later its audio arrives than all that came before it lasts. Jitter and stalls
 * make it later for a while only, so that what is the least late of a while tells.
 */
import { LeastLately } from './least-lately.ts';

/** The least late of one to two of these counts, ms: of 25 packets one is hardly late. */
const WINDOW_MS = 500;
/** A far end's sample clock may be slower than ours by so much: what comes later for that is not lost. */
const CLOCK_DRIFT = 0.0002;

export class LostAudio {
  /** Of the stretches before: a pause of the far end is no loss. */
  #settledMs = 0;
  #startMs: number | undefined;
  #countedMs = 0;
  #late = new LeastLately(WINDOW_MS);
  #nothingForMs = 0;

  /** What lasts `lengthMs` is there now. */
  arrived(lengthMs: number, atMs: number): void {
    this.#nothingForMs = 0;
    this.#startMs ??= atMs - lengthMs;
    this.#countedMs += lengthMs;
    let lateMs = atMs - this.#startMs - this.#countedMs;
    if (lateMs < 0) {
      // Nothing comes early: what came first was late.
      this.#startMs += lateMs;
      lateMs = 0;
    }
    this.#late.note(lateMs, atMs);
  }

  /** Nothing has come for so much longer. What comes next tells whether it was only late. */
  nothing(forMs: number): void {
    if (this.#startMs !== undefined) this.#nothingForMs += forMs;
  }

  /** The far end pauses: nothing is lost until something arrives again. */
  pause(): void {
    this.#settledMs = this.lostMs;
    this.#startMs = undefined;
    this.#countedMs = 0;
    this.#late = new LeastLately(WINDOW_MS);
    this.#nothingForMs = 0;
  }

  get lostMs(): number {
    const leastMs = this.#late.value;
    const driftMs = this.#countedMs * CLOCK_DRIFT;
    const sincePauseMs = leastMs === Infinity ? 0 : Math.max(0, leastMs - driftMs);
    return this.#settledMs + sincePauseMs + this.#nothingForMs;
  }
}
