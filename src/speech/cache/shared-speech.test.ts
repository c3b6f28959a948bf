/** What daemons of a fleet need not pay for, because one of them has. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { toSamples } from '../../audio/pcm.ts';
import { systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { openRedis } from '../../base/redis.ts';
import { describeWithRedis } from '../../base/testing/describe-with-redis.ts';
import type { RedisServer } from '../../base/testing/redis-server.ts';
import { DiskCache } from '../synthesis/disk-cache.ts';
import { Listening, ramp, speechRequest } from '../synthesis/testing/listening.ts';
import { ScriptedSynthesizer } from '../synthesis/testing/scripted-synthesizer.ts';
import type { SpeechScript } from '../synthesis/testing/scripted-synthesizer.ts';
import type { Synthesizer } from '../synthesis/synthesizer.ts';
import { RedisStore } from './redis-store.ts';
import { SharedSpeech } from './shared-speech.ts';

const SPEAKER = { provider: 'yandex', model: 'v3' };
const TTL_MS = 60_000;
/** A ScriptedSynthesizer's whole speech at 8 kHz. */
const WHOLE = ramp(2400);
const CONNECTED_WITHIN_MS = 10_000;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Redis is waited for, however busy the machine is: these tests are about what comes of it. */
const patient: Clock = {
  nowMs: () => systemClock.nowMs(),
  after: (delayMs, callback) => systemClock.after(delayMs * 100, callback),
};

async function storeOf({ url }: RedisServer) {
  const redis = openRedis(url, silentLog);
  closers.push(() => redis.disconnect());
  await expect.poll(() => redis.status, { timeout: CONNECTED_WITHIN_MS }).toBe('ready');
  return { redis, store: new RedisStore(redis, patient) };
}

/** As another process has it: a provider and a connection of its own. */
async function daemonOf(server: RedisServer, script: SpeechScript = {}, speaker = SPEAKER) {
  const provider = new ScriptedSynthesizer('yandex-grpc', systemClock, script);
  const { redis, store } = await storeOf(server);
  const speech = new SharedSpeech(provider, { store, ttlMs: TTL_MS, speaker, clock: systemClock });
  return { redis, provider, speech };
}

async function heardOf(synthesizer: Synthesizer, request = speechRequest()): Promise<Listening> {
  const heard = new Listening(synthesizer, request);
  await heard.ended;
  return heard;
}

describeWithRedis('a phrase that one daemon has rendered', (start) => {
  it('is not paid for by the next, sounds the same, and says that it was kept', async () => {
    const server = await start();
    const [one, next] = [await daemonOf(server), await daemonOf(server)];
    const first = await heardOf(one.speech);
    const second = await heardOf(next.speech);
    expect(second.samples).toEqual(WHOLE);
    expect(second.pieces.flatMap(({ words }) => words)).toEqual(first.pieces.flatMap(({ words }) => words));
    expect([first.providers, second.providers]).toEqual([['yandex-grpc'], ['cache']]);
    expect([one.provider.attempts.length, next.provider.attempts.length]).toEqual([1, 0]);
    // What is said stands nowhere in a key, and every key ends.
    const keys = await one.redis.keys('*:v3');
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatch(/^parley1:tts:[\w-]{43}:yandex:v3$/);
    await expect.poll(() => one.redis.keys('*')).toEqual(keys);
    expect(await one.redis.pttl(keys[0]!)).toBeGreaterThan(TTL_MS / 2);
  });

  it('is rendered once by daemons that start at the same time', async () => {
    const server = await start();
    const slowly = { firstAudioMs: 150 };
    const daemons = await Promise.all([1, 2, 3].map(() => daemonOf(server, slowly)));
    const heard = await Promise.all(daemons.map(({ speech }) => heardOf(speech)));
    expect(heard.map(({ samples }) => samples)).toEqual([WHOLE, WHOLE, WHOLE]);
    expect(daemons.reduce((sum, { provider }) => sum + provider.attempts.length, 0)).toBe(1);
  });

  it('is rendered by the next where the first has failed, and nothing of the failure is kept', async () => {
    const server = await start();
    const error = new ParleyError('TTS_UNAVAILABLE', 'It is down.');
    const failing = await daemonOf(server, { fault: { afterPieces: 1, error } });
    const well = await daemonOf(server);
    expect((await heardOf(failing.speech)).error).toBe(error);
    expect(await failing.redis.keys('*:v3')).toEqual([]);
    expect((await heardOf(well.speech)).samples).toEqual(WHOLE);
    expect(well.provider.attempts).toHaveLength(1);
  });

  it('stays its own where the next asks another provider or model', async () => {
    const server = await start();
    await heardOf((await daemonOf(server)).speech);
    for (const speaker of [
      { ...SPEAKER, provider: 'google' },
      { ...SPEAKER, model: 'v4' },
    ]) {
      const other = await daemonOf(server, {}, speaker);
      await heardOf(other.speech);
      expect(other.provider.attempts).toHaveLength(1);
    }
  });

  it.each([
    ['the voice of whoever stood in', (index: number) => ({ standIn: index === 2 ? 'jane' : undefined })],
    ['a seam between two providers', (index: number) => ({ provider: index === 2 ? 'espeak' : 'yandex' })],
  ])('is not shared where it holds %s', async (_, change) => {
    const server = await start();
    const { redis, store } = await storeOf(server);
    const inner: Synthesizer = {
      name: 'failover',
      async *synthesize(request, signal) {
        let index = 0;
        const speech = new ScriptedSynthesizer('yandex', systemClock).synthesize(request, signal);
        for await (const piece of speech) {
          const { standIn, ...changed } = { standIn: undefined, ...change(index++) };
          yield { ...piece, ...changed, ...(standIn !== undefined && { standIn }) };
        }
      },
      close: async () => undefined,
    };
    const speech = new SharedSpeech(inner, { store, ttlMs: TTL_MS, speaker: SPEAKER, clock: systemClock });
    expect((await heardOf(speech)).samples).toEqual(WHOLE);
    expect(await redis.keys('*:v3')).toEqual([]);
  });

  it('lies on the disk of the next from then on', async () => {
    const server = await start();
    const directory = await mkdtemp(join(tmpdir(), 'parley-phrases-'));
    closers.push(() => rm(directory, { recursive: true, force: true }));
    await heardOf((await daemonOf(server)).speech);
    const next = await daemonOf(server);
    const { signal } = new AbortController();
    const clip = await new DiskCache(directory, next.speech).clip(speechRequest(), signal);
    await server.end();
    const again = await new DiskCache(directory, next.provider).clip(speechRequest(), signal);
    expect([toSamples(clip), toSamples(again)]).toEqual([WHOLE, WHOLE]);
    expect(next.provider.attempts).toEqual([]);
  });

  it('is rendered by each daemon where Redis stands still or is gone', async () => {
    const server = await start();
    const one = await daemonOf(server);
    server.freeze();
    expect((await heardOf(one.speech)).samples).toEqual(WHOLE);
    server.thaw();
    await server.end();
    expect((await heardOf(one.speech, speechRequest('Минуту'))).samples).toEqual(WHOLE);
    expect(one.provider.attempts).toHaveLength(2);
  });
});

it('is given up with whoever wanted it, where nobody knows it', async () => {
  const provider = new ScriptedSynthesizer('yandex-grpc', systemClock);
  let released = 0;
  const store = {
    get: async () => undefined,
    set: async () => undefined,
    lock: async () => ({ release: () => void released++ }),
  };
  provider.script = () => ({ fault: { afterPieces: 1, error: 'hang' } });
  const speech = new SharedSpeech(provider, {
    ...{ store, ttlMs: TTL_MS, speaker: SPEAKER, clock: systemClock },
  });
  const heard = new Listening(speech);
  await expect.poll(() => heard.pieces.length).toBe(1);
  heard.hangUp();
  await heard.ended;
  expect([provider.attempts[0]?.outcome, released]).toEqual(['cancelled', 1]);
});
