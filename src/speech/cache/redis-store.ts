/** Shared through Redis, which may be slow or gone: whoever asks then is told within 20 ms that nothing is known. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Redis } from '../../base/redis.ts';
import { RedisPatience } from '../../base/redis-patience.ts';
import { runScript } from '../../base/redis-script.ts';
import type { SharedLock, SharedStore } from './shared-store.ts';

/** Larger values take longer than that on the way: 1 MiB takes 8 ms at 1 Gbit/s. */
const MOST_BYTES = 1024 * 1024;

/** Its own, and nobody else's that came after it. */
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

export class RedisStore implements SharedStore {
  readonly #redis: Redis;
  readonly #patience: RedisPatience;

  /** `redis` is closed by whoever opened it. */
  constructor(redis: Redis, clock: Clock) {
    this.#redis = redis;
    this.#patience = new RedisPatience(clock);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const value = await this.#patience.soon(() => this.#redis.getBuffer(key));
    return value === 'away' || value === null ? undefined : value;
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    if (value.byteLength > MOST_BYTES || ttlMs < 1) return;
    await this.#patience.soon(() => this.#redis.set(key, Buffer.from(value), 'PX', Math.round(ttlMs)));
  }

  async lock(key: string, ttlMs: number): Promise<SharedLock | 'held' | 'away'> {
    const token = randomUUID();
    const answer = await this.#patience.soon(() =>
      this.#redis.set(key, token, 'PX', Math.round(ttlMs), 'NX'),
    );
    if (answer === 'away') {
      // It may have been taken all the same.
      this.#release(key, token);
      return 'away';
    }
    return answer === 'OK' ? { release: () => this.#release(key, token) } : 'held';
  }

  #release(key: string, token: string): void {
    // One that cannot be released ends by itself.
    runScript(this.#redis, RELEASE, [key], [token]).catch(() => undefined);
  }
}
