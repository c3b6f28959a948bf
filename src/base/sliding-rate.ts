import type { Clock } from './clock.ts';

/** How often something happened lately: a count over the last `windowMs`, as a rate a second. */
export class SlidingRate {
  readonly #clock: Clock;
  readonly #windowMs: number;
  /** When, oldest first. */
  #times: number[] = [];

  constructor(clock: Clock, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  note(): void {
    this.#times.push(this.#clock.nowMs());
    // Nobody may ask for long, and this must not grow meanwhile.
    if ((this.#times[0] ?? Infinity) <= this.#clock.nowMs() - this.#windowMs) this.#forget();
  }

  get count(): number {
    this.#forget();
    return this.#times.length;
  }

  get perSecond(): number {
    return (this.count * 1000) / this.#windowMs;
  }

  #forget(): void {
    const sinceMs = this.#clock.nowMs() - this.#windowMs;
    const firstKept = this.#times.findIndex((atMs) => atMs > sinceMs);
    this.#times = firstKept === -1 ? [] : this.#times.slice(firstKept);
  }
}
