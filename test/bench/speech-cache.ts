/** How soon what was spoken and recognised before is found again: in this process and over Redis, hash of the key and of the audio included. */
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { openRedis } from '../../src/base/redis.ts';
import { RedisServer } from '../../src/base/testing/redis-server.ts';
import { LayeredCache } from '../../src/speech/cache/layered-cache.ts';
import { RedisStore } from '../../src/speech/cache/redis-store.ts';
import type { SharedStore } from '../../src/speech/cache/shared-store.ts';
import { VoiceCache } from '../../src/speech/cache/voice-cache.ts';
import type { VoiceKey } from '../../src/speech/cache/voice-key.ts';
import { SPEECH_PACKING } from '../../src/speech-api/kept.ts';
import type { KeptSpeech } from '../../src/speech-api/kept.ts';
import { scriptedVendor } from '../../src/speech-api/testing/served.ts';
import { recordingKey, speechKey } from '../../src/speech-api/voice-keys.ts';
import { repetitions } from './bench.ts';
import type { Measurement } from './bench.ts';

/** How many different ones are kept. */
const KEPT = 1000;
const ROUNDS = 10;
const LOOKUPS_A_ROUND = 200_000;
/** A hash over so many bytes takes long enough. */
const BYTES_A_ROUND = 200_000_000;
const THOUSANDS = 100;
const OVER_REDIS = 5000;
const OVER_REDIS_AT_ONCE = 50;
const BYTES_OF_SPEECH = 20_000;
const TTL_MS = 3_600_000;

const vendor = scriptedVendor('bench');
const texts = Array.from({ length: KEPT }, (_, index) => `Ваш заказ номер ${index} будет готов завтра.`);
const speech: KeptSpeech = { bytes: new Uint8Array(BYTES_OF_SPEECH), durationMs: 1000 };

export async function speechCache(scale: number): Promise<readonly Measurement[]> {
  const spoken = cacheOf(undefined);
  for (let index = 0; index < KEPT; index++) spoken.set(textKey(index), speech, BYTES_OF_SPEECH);
  const inProcess = (index: number) => spoken.get(textKey(index % KEPT)) !== undefined;
  return [
    {
      what: 'hit, speech: p99 of each thousand',
      unit: 'µs',
      samples: p99s(inProcess, repetitions(THOUSANDS, scale)),
      targetP95: 100,
    },
    {
      what: 'look-ups a second on one core, speech',
      unit: '/s',
      samples: rates(inProcess, repetitions(LOOKUPS_A_ROUND, scale)),
    },
    ...[100, 1000, 32_000].flatMap((bytes) => [recognised(bytes, scale), hashed(bytes, scale)]),
    ...(await overRedis(scale)),
  ];
}

function recognised(bytes: number, scale: number): Measurement {
  const files = Array.from({ length: KEPT }, (_, index) => new Uint8Array(bytes).fill(index % 251));
  const keyOf = (index: number) =>
    recordingKey(vendor, 'ru-RU', { file: files[index % KEPT] ?? new Uint8Array() });
  const heard = cacheOf(undefined);
  for (let index = 0; index < KEPT; index++) heard.set(keyOf(index), speech, BYTES_OF_SPEECH);
  const lookups = repetitions(Math.min(LOOKUPS_A_ROUND, BYTES_A_ROUND / bytes), scale);
  return {
    what: `look-ups a second on one core, recognition of ${bytes} bytes`,
    unit: '/s',
    samples: rates((index) => heard.get(keyOf(index)) !== undefined, lookups),
  };
}

/** What a look-up by a recording cannot be quicker than. */
function hashed(bytes: number, scale: number): Measurement {
  const files = Array.from({ length: KEPT }, (_, index) => new Uint8Array(bytes).fill(index % 251));
  const count = repetitions(Math.min(LOOKUPS_A_ROUND, BYTES_A_ROUND / bytes), scale);
  return {
    what: `SHA-256 alone of ${bytes} bytes, a second on one core`,
    unit: '/s',
    samples: rates((index) => hash('sha256', files[index % KEPT] ?? '', 'base64url').length > 0, count),
  };
}

/** As a second process finds it: nothing is in its memory. */
async function overRedis(scale: number): Promise<readonly Measurement[]> {
  const server = await RedisServer.start();
  const redis = openRedis(server.url, silentLog);
  try {
    await once(redis, 'ready');
    const cache = cacheOf(new RedisStore(redis, systemClock));
    const { signal } = new AbortController();
    cache.set(textKey(0), speech, BYTES_OF_SPEECH);
    // It is on its way.
    for (let isThere = false; !isThere;) {
      const claim = await cache.claim(textKey(0), signal);
      isThere = claim.value !== undefined;
      if (!claim.value) claim.release();
      await setTimeout(10);
    }
    const times: number[] = [];
    let missed = 0;
    let left = repetitions(OVER_REDIS, scale);
    const client = async () => {
      while (left-- > 0) {
        const beganMs = performance.now();
        const claim = await cache.claim(textKey(0), signal);
        times.push(performance.now() - beganMs);
        if (claim.value) continue;
        missed++;
        claim.release();
      }
    };
    const beganMs = performance.now();
    await Promise.all(Array.from({ length: OVER_REDIS_AT_ONCE }, client));
    const perSecond = (times.length * 1000) / (performance.now() - beganMs);
    return [
      { what: `over Redis, ${OVER_REDIS_AT_ONCE} at once, 20 kB each`, unit: 'ms', samples: times },
      { what: 'over Redis, look-ups a second', unit: '/s', samples: [perSecond] },
      { what: 'over Redis, not answered within 20 ms', unit: '', samples: [missed] },
    ];
  } finally {
    redis.disconnect();
    await server.end();
  }
}

function textKey(index: number): VoiceKey {
  return speechKey(
    { vendor, voice: 'anna', language: 'ru-RU' },
    { text: texts[index] ?? '', speed: 1, format: 'mp3' },
    undefined,
  );
}

/** With `shared`, this process keeps nothing itself. */
function cacheOf(shared: SharedStore | undefined): LayeredCache<KeptSpeech> {
  const maxBytes = shared ? 0 : 2 * KEPT * BYTES_OF_SPEECH;
  const memory = new VoiceCache<KeptSpeech>({ maxBytes, ttlMs: TTL_MS, clock: systemClock });
  return new LayeredCache({ memory, shared, packing: SPEECH_PACKING, ttlMs: TTL_MS, clock: systemClock });
}

function p99s(isFound: (index: number) => boolean, thousands: number): number[] {
  return Array.from({ length: thousands }, () => {
    const timesUs = Array.from({ length: 1000 }, (_, index) => {
      const beganMs = performance.now();
      requireFound(isFound(index));
      return (performance.now() - beganMs) * 1000;
    });
    return timesUs.toSorted((one, other) => one - other)[990] ?? 0;
  });
}

function rates(isFound: (index: number) => boolean, count: number): number[] {
  return Array.from({ length: ROUNDS }, () => {
    const beganMs = performance.now();
    for (let index = 0; index < count; index++) requireFound(isFound(index));
    return (count * 1000) / (performance.now() - beganMs);
  });
}

function requireFound(isFound: boolean): void {
  if (!isFound) throw new Error('what was kept was not found');
}
