/** Two servers of the speech API that share a Redis, as two machines would. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { deferred } from '../base/async.ts';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { openRedis } from '../base/redis.ts';
import type { Redis } from '../base/redis.ts';
import { describeWithRedis } from '../base/testing/describe-with-redis.ts';
import type { RedisServer } from '../base/testing/redis-server.ts';
import { RedisStore } from '../speech/cache/redis-store.ts';
import { newKey, writeKeys } from './keys/key-file.ts';
import { LocalLedger } from './keys/ledger.ts';
import { RedisLedger } from './keys/redis-ledger.ts';
import type { SpeechApi } from './server.ts';
import { scriptedVendor, serveSpeech } from './testing/served.ts';
import type { SpeechVendor } from './vendor.ts';

const CONNECTED_WITHIN_MS = 10_000;
const A_MINUTE = 3;
/** Redis is waited for, however busy the machine is. */
const patient = {
  nowMs: () => systemClock.nowMs(),
  after: (delayMs: number, callback: () => void) => systemClock.after(delayMs * 100, callback),
};

let dir: string;
let key: string;
const connections: Redis[] = [];
const servers: SpeechApi[] = [];
/** The texts that any of the servers has asked a vendor for, and what they wait for. */
const asked: string[] = [];
let mayAnswer: Promise<void>;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-servers-'));
  const made = newKey({ name: 'shop', scopes: ['tts'], perMinute: { tts: A_MINUTE } }, new Date());
  await writeKeys(join(dir, 'keys.json'), [made.stored]);
  key = made.key;
  asked.length = 0;
  mayAnswer = Promise.resolve();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  for (const redis of connections.splice(0)) redis.disconnect();
  rmSync(dir, { recursive: true });
});

function vendor(): SpeechVendor {
  const { synthesizer, ...rest } = scriptedVendor('scripted');
  return {
    ...rest,
    synthesizer: {
      ...synthesizer,
      async *synthesize(request, signal) {
        asked.push(request.text);
        await mayAnswer;
        yield* synthesizer.synthesize(request, signal);
      },
    },
  };
}

async function serveOver({ url }: RedisServer): Promise<SpeechApi> {
  const connection = async () => {
    const redis = openRedis(url, silentLog);
    connections.push(redis);
    await expect.poll(() => redis.status, { timeout: CONNECTED_WITHIN_MS }).toBe('ready');
    return redis;
  };
  const server = await serveSpeech({
    vendors: [vendor()],
    keysFile: join(dir, 'keys.json'),
    shared: new RedisStore(await connection(), patient),
    ledger: new RedisLedger(await connection(), new LocalLedger(systemClock), patient),
  });
  servers.push(server);
  return server;
}

async function speak({ url }: SpeechApi, input: string) {
  const answer = await fetch(`${url}/v1/audio/speech`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ input, response_format: 'wav' }),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return {
    status: answer.status,
    cached: answer.headers.get('x-parley-cached'),
    retryAfter: answer.headers.get('retry-after'),
    bytes,
  };
}

describeWithRedis('two servers with one Redis', (start) => {
  it('give each what the other has made, byte for byte', async () => {
    const redis = await start();
    const [one, other] = [await serveOver(redis), await serveOver(redis)];
    const first = await speak(one, 'Добрый день');
    // It is on its way to Redis when the answer is there.
    await expect
      .poll(
        async () =>
          (await connections[0]?.keys('parley1:tts:*'))?.filter((name) => !name.endsWith(':lock')).length,
      )
      .toBe(1);
    const second = await speak(other, 'Добрый день');
    expect([first.cached, second.cached]).toEqual(['false', 'true']);
    expect(second.bytes.equals(first.bytes)).toBe(true);
    expect(asked).toEqual(['Добрый день']);
  });

  it('have a vendor make it once, also where both are asked at the same time', async () => {
    const redis = await start();
    const [one, other] = [await serveOver(redis), await serveOver(redis)];
    const release = deferred();
    mayAnswer = release.promise;
    const first = speak(one, 'Добрый день');
    await expect.poll(() => asked.length).toBe(1);
    const second = speak(other, 'Добрый день');
    release.resolve();
    const answers = await Promise.all([first, second]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[1].bytes.equals(answers[0].bytes)).toBe(true);
    expect(asked).toEqual(['Добрый день']);
  });

  it('let a key ask no oftener than one of them would, and say when it may again', async () => {
    const redis = await start();
    const [one, other] = [await serveOver(redis), await serveOver(redis)];
    const statuses = [];
    for (const [index, server] of [one, other, one].entries())
      statuses.push((await speak(server, `Текст ${index}`)).status);
    expect(statuses).toEqual([200, 200, 200]);
    const { status, retryAfter } = await speak(other, 'Ещё один');
    expect(status).toBe(429);
    expect(Number(retryAfter)).toBeGreaterThan(0);
    expect(Number(retryAfter)).toBeLessThanOrEqual(60);
    expect(asked).not.toContain('Ещё один');
  });

  it('go on each by itself where that Redis dies', async () => {
    const redis = await start();
    const [one, other] = [await serveOver(redis), await serveOver(redis)];
    await redis.end();
    expect([(await speak(one, 'Раз')).status, (await speak(other, 'Раз')).status]).toEqual([200, 200]);
    expect(asked).toEqual(['Раз', 'Раз']);
  });
});
