/**
 * When audio that arrives was spoken. Packets come late and in bursts but never early, and a far end's sample clock runs a little
 * faster or slower than ours: the samples count the time, and arrivals correct the count.
 */

/**
 * How fast the count may be moved towards later arrivals, as a share of the audio. Sound cards are off by up to 0.1‰; a
 * lost packet is made up for within 20 s, and jitter is not followed.
 */
const CATCH_UP_SHARE = 0.001;

export class ArrivalClock {
  #endMs: number;

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
    // What is here was spoken: its end cannot lie in the future.
    const correctionMs = Math.min(lateMs, lengthMs * CATCH_UP_SHARE);
    this.#endMs += lengthMs + correctionMs;
    return this.#endMs - lengthMs;
  }

  /** Counts a stretch in which nothing came. */
  skip(lengthMs: number): number {
    this.#endMs += lengthMs;
    return this.#endMs - lengthMs;
  }
}
