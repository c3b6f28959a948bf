import type { Clock } from './clock.ts';

/** Once in so long it is told, ms: often enough to be seen, and a day of it is 1,440 lines. */
const ONCE_IN_MS = 60_000;

/** For what may happen thousands of times a second and is worth a line of the log: told at once, then once a minute with its count. */
export class Seldom {
  readonly #clock: Clock;
  #quietUntilMs = -Infinity;
  #times = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** It has happened once more. `tell` is called if it is time for a line, with how often it has happened since the last one. */
  happened(tell: (times: number) => void): void {
    this.#times++;
    const nowMs = this.#clock.nowMs();
    if (nowMs < this.#quietUntilMs) return;
    this.#quietUntilMs = nowMs + ONCE_IN_MS;
    const times = this.#times;
    this.#times = 0;
    tell(times);
  }
}

/** The same for each cause by itself: one that comes all the time does not hide another. Causes are few: codes, names of providers. */
export class SeldomOfEach {
  readonly #clock: Clock;
  readonly #causes = new Map<string, Seldom>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  happened(cause: string, tell: (times: number) => void): void {
    const seldom = this.#causes.get(cause) ?? new Seldom(this.#clock);
    this.#causes.set(cause, seldom);
    seldom.happened(tell);
  }
}
