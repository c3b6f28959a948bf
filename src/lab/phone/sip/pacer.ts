/**
 * One timer for all calls. Each call's turn comes every 20 ms by the clock, not by counting timers, so its sound neither drifts nor falls
 * behind: after a hold-up of the process, turns that were missed come at once. Calls are spread over the 20 ms, so that a
 * crowd is no burst.
 */
import type { CancelTimer, Clock } from '../../../base/clock.ts';

export const PACKET_MS = 20;

const SLOTS = 4;
const SLOT_MS = PACKET_MS / SLOTS;
/** After a longer hold-up (a suspended machine) the missed turns are dropped: nobody wants a second of old sound at once. */
const FORGIVE_AFTER_MS = 1_000;
/** A timer that is this late shows that the process was held up; less is the timer's own coarseness. */
const HOLD_UP_MS = 5;

/** `dueMs` is when the turn was due, which is a little before it comes. */
export type Turn = (dueMs: number) => void;

export class Pacer {
  readonly #clock: Clock;
  readonly #slots: readonly Set<Turn>[] = Array.from({ length: SLOTS }, () => new Set());
  #cancelTimer: CancelTimer | undefined;
  /** When the next slot is due. */
  #dueMs = 0;
  #nextSlot = 0;
  #wokeAtMs = 0;
  #heldUpSinceMs = 0;
  #heldUpUntilMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `turn` every 20 ms until the returned function is called. While nobody takes turns, no timer runs. */
  join(turn: Turn): () => void {
    const slot = this.#slots.reduce((least, other) => (other.size < least.size ? other : least));
    slot.add(turn);
    if (!this.#cancelTimer) {
      this.#dueMs = this.#clock.nowMs();
      this.#wokeAtMs = this.#dueMs;
      this.#wakeLater();
    }
    return () => {
      slot.delete(turn);
      if (this.#slots.some(({ size }) => size > 0)) return;
      this.#cancelTimer?.();
      this.#cancelTimer = undefined;
    };
  }

  /**
   * How much earlier than `atMs` something may really have arrived that the process has come to handle at `atMs`: 0 unless the process
   * has just been held up, or is. What lay in all sockets meanwhile is read before the timer comes again, however long that takes.
   */
  uncertaintyMs(atMs: number): number {
    if (this.#wokeAtMs === this.#heldUpUntilMs) return atMs - this.#heldUpSinceMs;
    return atMs - this.#dueMs >= HOLD_UP_MS ? atMs - this.#wokeAtMs : 0;
  }

  #wakeLater(): void {
    this.#cancelTimer = this.#clock.after(Math.max(0, this.#dueMs - this.#clock.nowMs()), () => this.#wake());
  }

  #wake(): void {
    const nowMs = this.#clock.nowMs();
    const lateMs = nowMs - this.#dueMs;
    this.#wokeAtMs = nowMs;
    if (lateMs >= HOLD_UP_MS) {
      this.#heldUpSinceMs = this.#dueMs;
      this.#heldUpUntilMs = nowMs;
    }
    if (lateMs > FORGIVE_AFTER_MS) this.#dueMs = nowMs;
    while (this.#dueMs <= nowMs) {
      for (const turn of this.#slots[this.#nextSlot] ?? []) turn(this.#dueMs);
      this.#nextSlot = (this.#nextSlot + 1) % SLOTS;
      this.#dueMs += SLOT_MS;
    }
    if (this.#cancelTimer) this.#wakeLater();
  }
}
