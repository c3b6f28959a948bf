/** What the failure suites share: a bot that hands callers on, and the proof that a caller was not left in silence. */
import { expect } from 'vitest';
import { findSounds, longestSilenceMs } from '../../src/phone/hear.ts';
import type { PhoneCall } from '../../src/phone/phone.ts';
import type { WorldOptions } from './world.ts';
import type { Suite } from './describe-calls.ts';

const CHUNKS = ['Первая часть ответа.', 'Вторая часть ответа.', 'Третья часть ответа.'] as const;
export const [FIRST, SECOND, THIRD] = CHUNKS;
export const GREETING = 'Добрый день!';
export const APOLOGY = 'Извините.';

/** The longest that a caller may wait without a sound, ms. */
export const MOST_SILENCE_MS = 3000;

/** Nothing is cached and no breaker opens: each test sees the failure that it made, and no other. */
export const FAILING_WORLD = {
  reply: [
    ['без черт', 'Сначала первая часть. Потом вторая часть. Наконец третья часть.'],
    ['части', CHUNKS.join('|')],
  ],
  bots: {
    filling: { fillers: { enabled: true, phrases: { question: ['Секунду.'], statement: ['Секунду.'] } } },
  },
  env: { DIALPLAN_FALLBACK: 'fallback,s,1', TTS_BREAKER_FAILURES: '1000', TTS_CACHE_MB: '0' },
} as const satisfies Omit<WorldOptions, 'kind'>;

/** Calls, hears the greeting, asks; tells when the question ended. */
export async function ask({ world }: Suite, extension = '100', question = 'назови части') {
  const call = await world.dial(extension);
  await world.untilHeard(call, GREETING);
  const { endedAtMs } = await call.say(world.speech.callerTone(question));
  return { call, endedAtMs };
}

/** The longest silence that the caller heard from `fromMs` on. */
export function silenceMs(call: PhoneCall, fromMs: number, toMs?: number): number {
  return longestSilenceMs(call.heard(), { fromMs, ...(toMs === undefined ? {} : { toMs }) });
}

/** Twice in a row: an apology each time, never too long a silence, and the dialplan's fallback in the end. */
export async function expectApologyThenFallback(suite: Suite): Promise<void> {
  const { world } = suite;
  const { call, endedAtMs } = await ask(suite, 'filling');
  const apology = await world.untilHeard(call, APOLOGY);
  expect(silenceMs(call, endedAtMs, apology.endedAtMs)).toBeLessThan(MOST_SILENCE_MS);
  const again = await call.say(world.speech.callerTone('назови части'));
  const { by } = await call.ended;
  expect(by).toBe('them');
  const [second] = world.heardPieces(call, APOLOGY).slice(-1);
  const saidAtMs = second?.startedAtMs ?? 0;
  expect(saidAtMs).toBeGreaterThan(again.endedAtMs);
  const announcement = findSounds(call.heard()).filter(({ startedAtMs }) => startedAtMs > saidAtMs + 100);
  expect(announcement.length, "the dialplan's own announcement").toBeGreaterThan(0);
}
