/** How much of what a provider grants is used. */
import type { Clock } from '../../base/clock.ts';
import { SlidingRate } from '../../base/sliding-rate.ts';

/** What is used here and what is granted. */
export interface QuotaState {
  readonly perSecond: number;
  readonly limitPerSecond: number;
}

export interface QuotaOptions {
  readonly clock: Clock;
  /** What the provider grants, requests a second. */
  readonly limitPerSecond: number;
  /** What a call asks for on average, requests a second. */
  readonly aCallPerSecond: number;
  /** How much of so many requests a second is this process's: others may use the same quota. */
  readonly shareOf: (wholePerSecond: number) => number;
}

/** Over which requests are counted, ms: about a turn of a call. */
export const QUOTA_WINDOW_MS = 10_000;

/** How much of a quota the mean use may be: requests come in bursts, and a burst must still fit. */
const USABLE_SHARE = 0.8;

export class Quota {
  readonly #options: QuotaOptions;
  readonly #rate: SlidingRate;

  constructor(options: QuotaOptions) {
    this.#options = options;
    this.#rate = new SlidingRate(options.clock, QUOTA_WINDOW_MS);
  }

  get state(): QuotaState {
    return { perSecond: this.#rate.perSecond, limitPerSecond: this.#options.limitPerSecond };
  }

  /** For one call more, beside `young` calls that are not seen in the rate yet. */
  hasRoom(young: number): boolean {
    const { limitPerSecond, shareOf } = this.#options;
    return this.expectedPerSecond(young + 1) <= shareOf(USABLE_SHARE * limitPerSecond);
  }

  /** What is asked for, and what `young` calls will ask for. */
  expectedPerSecond(young: number): number {
    return this.#rate.perSecond + young * this.#options.aCallPerSecond;
  }

  /** A request goes to the provider. */
  used(): void {
    this.#rate.note();
  }
}
