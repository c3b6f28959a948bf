/** Shared through Redis, which may be slow or gone: whoever asks then is told within 20 ms that nothing is known. */
import { randomUUID } from 'node:crypto';
import { ReplyError } from 'ioredis';
import { Circuit } from '../../base/circuit.ts';
import type { Clock } from '../../base/clock.ts';
import type { Redis } from '../../base/redis.ts';
import type { SharedLock, SharedStore } from './shared-store.ts';

/** To make it anew takes a hundred times as long; a Redis that needs more is no help, ms. */
const WITHIN_MS = 20;
/** So many late answers in a row, and it is left alone for a second: each costs its caller the 20 ms. */
const REST = { failuresToOpen: 3, openMs: 1_000, successesToClose: 1 };
/** Larger values take longer than that on the way: 1 MiB takes 8 ms at 1 Gbit/s. */
const MOST_BYTES = 1024 * 1024;

/** Its own, and nobody else's that came after it. */
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

export class RedisStore implements SharedStore {
  readonly #redis: Redis;
  readonly #clock: Clock;
  readonly #circuit: Circuit;

  /** `redis` is closed by whoever opened it. */
  constructor(redis: Redis, clock: Clock) {
    this.#redis = redis;
    this.#clock = clock;
    this.#circuit = new Circuit(clock, REST, () => undefined);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const value = await this.#soon(() => this.#redis.getBuffer(key));
    return value === 'away' || value === null ? undefined : value;
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    if (value.byteLength > MOST_BYTES || ttlMs < 1) return;
    await this.#soon(() => this.#redis.set(key, Buffer.from(value), 'PX', Math.round(ttlMs)));
  }

  async lock(key: string, ttlMs: number): Promise<SharedLock | 'held' | 'away'> {
    const token = randomUUID();
    const answer = await this.#soon(() => this.#redis.set(key, token, 'PX', Math.round(ttlMs), 'NX'));
    if (answer === 'away') {
      // It may have been taken all the same.
      this.#release(key, token);
      return 'away';
    }
    return answer === 'OK' ? { release: () => this.#release(key, token) } : 'held';
  }

  #release(key: string, token: string): void {
    // One that cannot be released ends by itself.
    this.#redis.eval(RELEASE, 1, key, token).catch(() => undefined);
  }

  /** A wrong kind of value under a key is an error of that key, and tells nothing of Redis. */
  async #soon<T>(command: () => Promise<T>): Promise<T | 'away'> {
    const report = this.#circuit.admit();
    if (!report) return 'away';
    let cancel = () => {};
    const late = new Promise<'late'>((resolve) => {
      cancel = this.#clock.after(WITHIN_MS, () => resolve('late'));
    });
    try {
      const answer = await Promise.race([command(), late]);
      report(answer === 'late' ? 'failure' : 'success');
      return answer === 'late' ? 'away' : answer;
    } catch (error) {
      report(error instanceof ReplyError ? 'success' : 'failure');
      return 'away';
    } finally {
      cancel();
    }
  }
}
