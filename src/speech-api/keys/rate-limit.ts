/** How often each key may ask: so many requests in any minute. */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../base/clock.ts';

const WINDOW_MS = 60_000;
/** Whoever has more keys than that is held less strictly, and memory is not. */
const MOST_KEYS = 10_000;

export class RateLimit {
  readonly #clock: Clock;
  /** When each request of the last minute came, the oldest first. */
  readonly #requests = new LRUCache<string, number[]>({ max: MOST_KEYS });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a request and gives 0, or how long it is, ms, until one is allowed again. One that is refused does not count. */
  take(key: string, perMinute: number): number {
    const nowMs = this.#clock.nowMs();
    const times = (this.#requests.get(key) ?? []).filter((atMs) => atMs > nowMs - WINDOW_MS);
    this.#requests.set(key, times);
    // Of a bound that was lowered, as many must pass.
    const oldest = times[times.length - perMinute];
    if (oldest !== undefined) return oldest + WINDOW_MS - nowMs;
    times.push(nowMs);
    return 0;
  }
}
