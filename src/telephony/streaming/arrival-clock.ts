/**
 * When audio that arrives was spoken. Packets come late and in bursts but never early, and a far end's sample clock runs a little
 * faster or slower than ours: the samples count the time, and arrivals correct the count.
 */
import { LeastLately } from './least-lately.ts';

/** How fast the count may be moved towards later arrivals, as a share of the audio. Sound cards are off by up to 0.1‰. */
const CATCH_UP_SHARE = 0.001;

/**
 * What is late by as much for so long, ms, is not late: something before it was lost. Of 15 packets over a network that jitters one is hardly
 * late; and in half a second so little is lost, of one packet in twenty, that no time is off by more than one or two.
 */
const ALL_LATE_MS = 300;

/** Half of the least that can be lost, ms: what jitter leaves of all packets is less. */
const LOST_MS = 10;

export class ArrivalClock {
  #endMs: number;
  /** By how much the end was moved beyond what was counted. */
  #movedMs = 0;
  readonly #late = new LeastLately(ALL_LATE_MS);

  /** Audio begins now. */
  constructor(nowMs: number) {
    this.#endMs = nowMs;
  }

  /** The end of what was counted up to now. */
  get endMs(): number {
    return this.#endMs;
  }

  /** Counts a stretch of `lengthMs` that arrived at `arrivedAtMs` and returns when it began. */
  count(lengthMs: number, arrivedAtMs: number): number {
    const lateMs = arrivedAtMs - (this.#endMs + lengthMs);
    this.#late.note(lateMs + this.#movedMs, arrivedAtMs);
    const allLateMs = this.#late.value - this.#movedMs;
    // What is here was spoken: its end cannot lie in the future.
    const caughtUpMs = allLateMs >= LOST_MS ? allLateMs : lengthMs * CATCH_UP_SHARE;
    const correctionMs = Math.min(lateMs, caughtUpMs);
    this.#movedMs += correctionMs;
    this.#endMs += lengthMs + correctionMs;
    return this.#endMs - lengthMs;
  }

  /** Counts a stretch in which nothing came. */
  skip(lengthMs: number): number {
    this.#movedMs += lengthMs;
    this.#endMs += lengthMs;
    return this.#endMs - lengthMs;
  }
}
