/** How much of what a provider grants is used. */
import type { Clock } from '../../base/clock.ts';
import { SlidingRate } from '../../base/sliding-rate.ts';

/** What is used and what is granted. */
export interface QuotaState {
  readonly perSecond: number;
  readonly limitPerSecond: number;
}

export interface Quota {
  readonly state: QuotaState;
  /** For one call more, beside `young` calls that are not seen in the rate yet. */
  hasRoom(young: number): boolean;
  /** A request goes to the provider. */
  used(): void;
}

/** Over which requests are counted, ms: about a turn of a call. */
export const QUOTA_WINDOW_MS = 10_000;

/** How much of a quota the mean use may be: requests come in bursts, and a burst must still fit. */
const USABLE_SHARE = 0.8;

/** Of one process: what others use of the same quota is not seen. */
export class LocalQuota implements Quota {
  readonly #rate: SlidingRate;
  readonly #limitPerSecond: number;
  readonly #aCallPerSecond: number;

  constructor(clock: Clock, limitPerSecond: number, aCallPerSecond: number) {
    this.#rate = new SlidingRate(clock, QUOTA_WINDOW_MS);
    this.#limitPerSecond = limitPerSecond;
    this.#aCallPerSecond = aCallPerSecond;
  }

  get state(): QuotaState {
    return { perSecond: this.#rate.perSecond, limitPerSecond: this.#limitPerSecond };
  }

  hasRoom(young: number): boolean {
    const expected = this.#rate.perSecond + (young + 1) * this.#aCallPerSecond;
    return expected <= USABLE_SHARE * this.#limitPerSecond;
  }

  used(): void {
    this.#rate.note();
  }
}
