/** Whether the wall clock can be believed: one that leaps must not make every recorded call too old at once. */

/** Clocks are corrected by seconds; what differs by more has leapt, ms. */
const LEAP_MS = 60 * 60_000;

/** Whoever set a clock wrong has had a day to see it. */
const DOUBT_MS = 24 * 60 * 60_000;

export class DoubtfulClock {
  readonly #epochMs: () => number;
  readonly #monotonicMs: () => number;
  #aheadMs: number;
  #doubtfulUntilMs = -Infinity;

  /** `lastSeenEpochMs`: what the clock said when an earlier process last looked; who was away for longer than a day doubts it as well. */
  constructor(epochMs: () => number, monotonicMs: () => number, lastSeenEpochMs = epochMs()) {
    this.#epochMs = epochMs;
    this.#monotonicMs = monotonicMs;
    this.#aheadMs = epochMs() - monotonicMs();
    if (Math.abs(epochMs() - lastSeenEpochMs) > DOUBT_MS) this.#doubtfulUntilMs = monotonicMs() + DOUBT_MS;
  }

  /** For a day after it has leapt, either way. A machine that was asleep has a clock that leapt as well, and loses nothing by a day. */
  get isDoubtful(): boolean {
    const nowMs = this.#monotonicMs();
    const aheadMs = this.#epochMs() - nowMs;
    if (Math.abs(aheadMs - this.#aheadMs) > LEAP_MS) this.#doubtfulUntilMs = nowMs + DOUBT_MS;
    this.#aheadMs = aheadMs;
    return nowMs < this.#doubtfulUntilMs;
  }
}
