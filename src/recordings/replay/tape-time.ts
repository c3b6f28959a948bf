import { sleep } from '../../base/clock.ts';
import type { CancelTimer, Clock } from '../../base/clock.ts';

/** Times are written to the microsecond, and sums of them are no rounder, ms. */
export const SAME_TIME_MS = 0.01;

/** The time of a recorded call, which begins again at the moment at which its replay does: ms since the call arrived. */
export class TapeTime {
  readonly clock: Clock;
  readonly #beganAtMs: number;

  constructor(clock: Clock) {
    this.clock = clock;
    this.#beganAtMs = clock.nowMs();
  }

  get nowMs(): number {
    return this.clock.nowMs() - this.#beganAtMs;
  }

  /** As the clock tells it. */
  onClock(tapeMs: number): number {
    return tapeMs + this.#beganAtMs;
  }

  fromClock(clockMs: number): number {
    return clockMs - this.#beganAtMs;
  }

  /** Calls back then, or as soon as possible if that is past. */
  at(tapeMs: number, callback: () => void): CancelTimer {
    return this.clock.after(Math.max(0, tapeMs - this.nowMs), callback);
  }

  /** Resolves then, or at once if that is past; rejects with the signal's reason. */
  async until(tapeMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (tapeMs > this.nowMs) await sleep(this.clock, tapeMs - this.nowMs, signal);
  }
}
