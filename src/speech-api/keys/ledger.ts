/** What all processes of the service must know of each other's requests: how often each key has asked, and which signatures were used. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../base/clock.ts';
import { RateLimit } from './rate-limit.ts';

export interface Ledger {
  /** Notes a request and gives 0, or how long it is, ms, until one is allowed again. One that is refused does not count. */
  take(key: string, perMinute: number): Promise<number>;
  /** Whether this was never shown before; it was from then on. */
  isNew(signature: string): Promise<boolean>;
}

/** More in ten minutes than any key may ask: beyond it the oldest could be sent again. */
const MOST_KNOWN = 100_000;

/** Of one process, or kept by one for all. */
export class LocalLedger implements Ledger {
  readonly #limit: RateLimit;
  readonly #known = new LRUCache<string, true>({ max: MOST_KNOWN });

  constructor(clock: Clock) {
    this.#limit = new RateLimit(clock);
  }

  async take(key: string, perMinute: number): Promise<number> {
    return this.#limit.take(key, perMinute);
  }

  async isNew(signature: string): Promise<boolean> {
    if (this.#known.has(signature)) return false;
    this.#known.set(signature, true);
    return true;
  }
}
