/** How late this process does what is due: the one measure of having more to do than it can. */
import type { CancelTimer, Clock } from './clock.ts';

/** Time between two looks, ms: often enough to see a busy second, too seldom to cost anything. */
const LOOK_EVERY_MS = 100;

/** How many looks are remembered: five seconds. One long pause does not make the mean of them, a loop that is always late does. */
const LOOKS = 50;

export class EventLoopLag {
  readonly #clock: Clock;
  readonly #lateMs: number[] = [];
  #cancel: CancelTimer;

  /** Measures until `stop`. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#cancel = this.#lookAgain();
  }

  /** The mean over the last seconds, milliseconds. What was before the first look counts as in time: starting up is no load. */
  get meanMs(): number {
    const sum = this.#lateMs.reduce((total, lateMs) => total + lateMs, 0);
    return sum / LOOKS;
  }

  stop(): void {
    this.#cancel();
  }

  #lookAgain(): CancelTimer {
    const dueMs = this.#clock.nowMs() + LOOK_EVERY_MS;
    return this.#clock.after(LOOK_EVERY_MS, () => {
      this.#lateMs.push(Math.max(0, this.#clock.nowMs() - dueMs));
      if (this.#lateMs.length > LOOKS) this.#lateMs.shift();
      this.#cancel = this.#lookAgain();
    });
  }
}
