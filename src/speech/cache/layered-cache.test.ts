import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { openRedis } from '../../base/redis.ts';
import type { Redis } from '../../base/redis.ts';
import { describeWithRedis } from '../../base/testing/describe-with-redis.ts';
import type { RedisServer } from '../../base/testing/redis-server.ts';
import { LayeredCache } from './layered-cache.ts';
import { packParcel, unpackParcel } from './packing.ts';
import { RedisStore } from './redis-store.ts';
import { VoiceCache } from './voice-cache.ts';
import { sharedKey } from './voice-key.ts';
import type { VoiceKey } from './voice-key.ts';

const KEY: VoiceKey = { operation: 'tts', content: 'Добрый день', provider: 'yandex', model: 'v3' };
const NEVER = new AbortController().signal;
/** What a busy machine may add to the 20 ms. */
const SOON_MS = 500;
const CONNECTED_WITHIN_MS = 10_000;

const packing = {
  pack: (value: string) => packParcel({ about: value, bytes: new Uint8Array([1, 2]) }),
  unpack: (packed: Uint8Array) => {
    const { about } = unpackParcel(packed) ?? {};
    return typeof about === 'string' ? about : undefined;
  },
};

const open: Redis[] = [];
afterEach(() => {
  for (const redis of open.splice(0)) redis.disconnect();
});

/** Redis is waited for, however busy the machine is: these tests are about what comes of it. */
const patient: Clock = {
  nowMs: () => systemClock.nowMs(),
  after: (delayMs, callback) => systemClock.after(delayMs * 100, callback),
};

/** As another process has it: a memory and a connection of its own. */
async function processOf({ url }: RedisServer, patience = patient) {
  const redis = openRedis(url, silentLog);
  open.push(redis);
  await connected(redis);
  const clock = systemClock;
  const memory = new VoiceCache<string>({ maxBytes: 100_000, ttlMs: 60_000, clock });
  const shared = new RedisStore(redis, patience);
  return { redis, cache: new LayeredCache({ memory, shared, packing, ttlMs: 60_000, clock }) };
}

async function connected(redis: Redis): Promise<void> {
  await expect.poll(() => redis.status, { timeout: CONNECTED_WITHIN_MS }).toBe('ready');
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}

describeWithRedis('what several processes share', (start) => {
  it('is made by one of them, and found by the others as soon as it is there', async () => {
    const server = await start();
    const { cache: one } = await processOf(server);
    const others = await Promise.all([1, 2, 3].map(async () => (await processOf(server)).cache));
    const claim = await one.claim(KEY, NEVER);
    expect(claim.value).toBeUndefined();
    const waiting = Promise.all(others.map(async (other) => (await other.claim(KEY, NEVER)).value));
    one.set(KEY, 'spoken', 10);
    if (!('release' in claim)) throw new Error('it was nobody’s');
    claim.release();
    expect(await waiting).toEqual(['spoken', 'spoken', 'spoken']);
    // From then on without Redis.
    await server.end();
    expect(others[0]?.get(KEY)).toBe('spoken');
  });

  it('is the work of the next one where the first has failed', async () => {
    const server = await start();
    const [one, other] = [await processOf(server), await processOf(server)];
    const claim = await one.cache.claim(KEY, NEVER);
    const waiting = other.cache.claim(KEY, NEVER);
    if ('release' in claim) claim.release();
    expect(await waiting).toMatchObject({ value: undefined });
    // It is its own now, and nobody else's.
    expect(await other.redis.exists(`${sharedKey(KEY)}:lock`)).toBe(1);
  });

  it('is not waited for longer than it may take, nor by whoever has gone', async () => {
    const server = await start();
    const [one, other] = [await processOf(server), await processOf(server)];
    await one.cache.claim(KEY, NEVER);
    const gone = new AbortController();
    const left = other.cache.claim(KEY, gone.signal);
    gone.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(await other.cache.claim(KEY, NEVER)).toMatchObject({ value: undefined });
  });

  it('leaves a lock alone that has gone over to somebody else', async () => {
    const server = await start();
    const { redis, cache } = await processOf(server);
    const claim = await cache.claim(KEY, NEVER);
    await redis.set(`${sharedKey(KEY)}:lock`, 'somebody else');
    if ('release' in claim) claim.release();
    await redis.ping();
    expect(await redis.get(`${sharedKey(KEY)}:lock`)).toBe('somebody else');
  });

  it('is served within the process that makes it by what is under way, and not through Redis', async () => {
    const server = await start();
    const { cache } = await processOf(server);
    await cache.claim(KEY, NEVER);
    expect(await took(async () => cache.claim(KEY, NEVER))).toBeLessThan(SOON_MS);
  });

  it.each([
    ['something else', Buffer.from('something else')],
    ['half of it', Buffer.from(packing.pack('spoken')).subarray(0, -1)],
    ['other words', Buffer.from(Buffer.from(packing.pack('spoken')).toString().replace('spoken', 'broken'))],
    ['a value of another kind', Buffer.from('{"about":7,"bytes":0,"crc":0}\n')],
    ['nothing', Buffer.alloc(0)],
  ])('is made anew where %s lies under its key', async (_what, wrong) => {
    const server = await start();
    const { redis, cache } = await processOf(server);
    await redis.set(sharedKey(KEY), wrong);
    expect(await cache.claim(KEY, NEVER)).toMatchObject({ value: undefined });
    cache.set(KEY, 'spoken', 10);
    await redis.ping();
    const { cache: other } = await processOf(server);
    expect(await other.claim(KEY, NEVER)).toEqual({ value: 'spoken' });
  });

  it('is made anew where a list lies under its key', async () => {
    const server = await start();
    const { redis, cache } = await processOf(server);
    await redis.rpush(sharedKey(KEY), 'one', 'two');
    expect(await cache.claim(KEY, NEVER)).toMatchObject({ value: undefined });
  });

  it('is simply not there while Redis stands still, is dead, or comes back empty', async () => {
    const server = await start();
    const { redis, cache } = await processOf(server, systemClock);
    server.freeze();
    for (const content of ['a', 'b', 'c', 'd', 'e']) {
      const miss = async () => expect((await cache.claim({ ...KEY, content }, NEVER)).value).toBeUndefined();
      expect(await took(miss)).toBeLessThan(SOON_MS);
    }
    cache.set(KEY, 'spoken', 10);
    expect(cache.get(KEY)).toBe('spoken');
    server.thaw();
    await server.end();
    await expect.poll(() => redis.status, { timeout: CONNECTED_WITHIN_MS }).not.toBe('ready');
    expect(await took(async () => cache.claim({ ...KEY, content: 'f' }, NEVER))).toBeLessThan(SOON_MS);
    await server.begin();
    await connected(redis);
    // It is left alone for a moment after the last failure.
    await expect
      .poll(
        async () => {
          cache.set(KEY, 'spoken again', 10);
          return redis.exists(sharedKey(KEY));
        },
        { timeout: CONNECTED_WITHIN_MS },
      )
      .toBe(1);
  });

  it('is forgotten when its time is over', async () => {
    const server = await start();
    const { redis, cache } = await processOf(server);
    cache.set(KEY, 'spoken', 10);
    const leftMs = await redis.pttl(sharedKey(KEY));
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(60_000);
  });
});

describe('a key that is shared', () => {
  it('says nothing of what was asked for, and has the parts that operators look for', () => {
    expect(sharedKey(KEY)).toMatch(/^parley1:tts:[\w-]{43}:yandex:v3$/);
  });
});
