import { systemClock } from '../../src/base/clock.ts';
import type { CancelTimer } from '../../src/base/clock.ts';
import { watchLateness } from '../../src/base/lateness.ts';

/** How late the event loop that it is made in does what is due. */
export class Lateness {
  #lateMs: number[] = [];
  readonly #stop: CancelTimer;

  /** Looks until `stop`. */
  constructor() {
    this.#stop = watchLateness(systemClock, (lateMs) => void this.#lateMs.push(lateMs));
  }

  /** What there was since it was last taken, ms, a look each. */
  taken(): readonly number[] {
    const taken = this.#lateMs;
    this.#lateMs = [];
    return taken;
  }

  stop(): void {
    this.#stop();
  }
}
