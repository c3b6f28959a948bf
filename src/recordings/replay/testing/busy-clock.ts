/** A machine with far more to do than it can, on a virtual clock. */
import type { CancelTimer, Clock } from '../../../base/clock.ts';
import type { ManualClock } from '../../../base/manual-clock.ts';
import type { Chance } from '../../../base/seeded.ts';

/** Looking at the clock shows that so much work, at most, has been done since, ms. */
const WORK_MS = 0.3;

/** It stands still so long, and again after so long, ms. */
const STALL_MS = { from: 20, to: 450 };
const BETWEEN_STALLS_MS = { from: 50, to: 2500 };

/** By so much the order in which things were due is kept where all of them come at the end of a stall, as a share. */
const KEPT_ORDER = 1e-4;

/**
 * It stands still now and then: what was due meanwhile comes when it goes on, in its order. And the clock goes on while something is done,
 * which that of a replay does not.
 */
export class BusyClock implements Clock {
  readonly #inner: ManualClock;
  readonly #chance: Chance;
  readonly #stalls: { readonly fromMs: number; readonly toMs: number }[] = [];
  #toldMs = 0;

  constructor(inner: ManualClock, chance: Chance, lengthMs: number) {
    this.#inner = inner;
    this.#chance = chance;
    for (let atMs = 0; atMs < lengthMs;) {
      const fromMs = atMs + chance.whole(BETWEEN_STALLS_MS.from, BETWEEN_STALLS_MS.to);
      const toMs = fromMs + chance.whole(STALL_MS.from, STALL_MS.to);
      this.#stalls.push({ fromMs, toMs });
      atMs = toMs;
    }
  }

  nowMs(): number {
    this.#toldMs = Math.max(this.#toldMs + this.#chance.next() * WORK_MS, this.#inner.nowMs());
    return this.#toldMs;
  }

  after(delayMs: number, callback: () => void): CancelTimer {
    const dueMs = this.nowMs() + Math.max(0, delayMs);
    return this.#inner.after(this.#comesAtMs(dueMs) - this.#inner.nowMs(), callback);
  }

  #comesAtMs(dueMs: number): number {
    const stall = this.#stalls.find(({ fromMs, toMs }) => fromMs <= dueMs && dueMs < toMs);
    return stall ? stall.toMs + (dueMs - stall.fromMs) * KEPT_ORDER : dueMs;
  }
}
