/** A ledger that all processes of the service keep together, on several machines too; while Redis is away another one decides. */
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Clock } from '../../base/clock.ts';
import type { Redis } from '../../base/redis.ts';
import { RedisPatience } from '../../base/redis-patience.ts';
import type { Ledger } from './ledger.ts';

const WINDOW_SECONDS = 60;
/** Twice as long as a signature is good for, ms. */
const SIGNATURES_KNOWN_MS = 1_200_000;

export class RedisLedger implements Ledger {
  readonly #redis: Redis;
  readonly #patience: RedisPatience;
  readonly #otherwise: Ledger;
  /** By how much they grant: operators give few different bounds. */
  readonly #limiters = new Map<number, RateLimiterRedis>();

  /** `redis` is closed by whoever opened it. */
  constructor(redis: Redis, otherwise: Ledger, clock: Clock) {
    this.#redis = redis;
    this.#otherwise = otherwise;
    this.#patience = new RedisPatience(clock);
  }

  async take(key: string, perMinute: number): Promise<number> {
    const told = await this.#patience.soon(async () => this.#consume(key, perMinute));
    return told === 'away' ? this.#otherwise.take(key, perMinute) : told;
  }

  async isNew(signature: string): Promise<boolean> {
    // Noted here too: it may be shown again while Redis is away.
    const isNewHere = await this.#otherwise.isNew(signature);
    const name = `parley:signature:${signature}`;
    const told = await this.#patience.soon(() => this.#redis.set(name, '', 'PX', SIGNATURES_KNOWN_MS, 'NX'));
    return isNewHere && (told === 'away' || told === 'OK');
  }

  async #consume(key: string, perMinute: number): Promise<number> {
    try {
      await this.#limiterOf(perMinute).consume(key);
      return 0;
    } catch (error) {
      if (error instanceof RateLimiterRes) return Math.max(1, error.msBeforeNext);
      throw error;
    }
  }

  #limiterOf(perMinute: number): RateLimiterRedis {
    const limiter =
      this.#limiters.get(perMinute) ??
      new RateLimiterRedis({
        storeClient: this.#redis,
        rejectIfRedisNotReady: true,
        keyPrefix: `parley:limit:${perMinute}`,
        points: perMinute,
        duration: WINDOW_SECONDS,
      });
    this.#limiters.set(perMinute, limiter);
    return limiter;
  }
}
