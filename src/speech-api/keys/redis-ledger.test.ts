import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { openRedis } from '../../base/redis.ts';
import type { Redis } from '../../base/redis.ts';
import { describeWithRedis } from '../../base/testing/describe-with-redis.ts';
import type { RedisServer } from '../../base/testing/redis-server.ts';
import { LocalLedger } from './ledger.ts';
import { RedisLedger } from './redis-ledger.ts';

const CONNECTED_WITHIN_MS = 10_000;
/** Redis is waited for, however busy the machine is. */
const patient = {
  nowMs: () => systemClock.nowMs(),
  after: (delayMs: number, callback: () => void) => systemClock.after(delayMs * 100, callback),
};

const open: Redis[] = [];
afterEach(() => {
  for (const redis of open.splice(0)) redis.disconnect();
});

async function limitOf({ url }: RedisServer, clock = patient) {
  const redis = openRedis(url, silentLog);
  open.push(redis);
  await expect.poll(() => redis.status, { timeout: CONNECTED_WITHIN_MS }).toBe('ready');
  return new RedisLedger(redis, new LocalLedger(systemClock), clock);
}

describeWithRedis('the bounds of a key', (start) => {
  it('hold for all processes together, and say truly when it may ask again', async () => {
    const server = await start();
    const [one, other] = [await limitOf(server), await limitOf(server)];
    expect([await one.take('key', 3), await other.take('key', 3), await one.take('key', 3)]).toEqual([
      0, 0, 0,
    ]);
    const waitMs = await other.take('key', 3);
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(60_000);
    expect(await other.take('another key', 3)).toBe(0);
  });

  it('hold for each process by itself while Redis stands still or is gone', async () => {
    const server = await start();
    const limit = await limitOf(server, systemClock);
    server.freeze();
    const waits = [];
    for (let request = 0; request < 5; request++) waits.push(await limit.take('key', 2));
    expect(waits.slice(0, 2)).toEqual([0, 0]);
    expect(waits.every((waitMs, index) => index < 2 || waitMs > 0)).toBe(true);
    server.thaw();
    await server.end();
    expect(await limit.take('key', 2)).toBeGreaterThan(0);
    expect(await limit.take('another key', 2)).toBe(0);
  });

  it('let a signature be used once, whoever sees it, and by nobody twice while Redis is away', async () => {
    const server = await start();
    const [one, other] = [await limitOf(server), await limitOf(server)];
    expect([await one.isNew('a'), await other.isNew('a'), await one.isNew('a')]).toEqual([
      true,
      false,
      false,
    ]);
    await one.isNew('b');
    await server.end();
    expect([await one.isNew('b'), await one.isNew('c'), await one.isNew('c')]).toEqual([false, true, false]);
  });
});
