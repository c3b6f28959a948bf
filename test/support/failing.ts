/** What the failure suites share: a bot that hands callers on, and the proof that a caller was not left in silence. */
import { expect } from 'vitest';
import { findSounds, longestSilenceMs } from '../../src/lab/phone/hear.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { TEST_BOT } from './environment.ts';
import type { CallsOptions, Suite } from './describe-calls.ts';

const CHUNKS = ['Первая часть ответа.', 'Вторая часть ответа.', 'Третья часть ответа.'] as const;
export const [FIRST, SECOND, THIRD] = CHUNKS;
export const GREETING = 'Добрый день!';
export const APOLOGY = 'Извините.';

/** From the end of the turn on, the longest that a caller may wait without a sound, ms. */
const SILENCE_LIMIT_MS = 1500;
/**
 * What a phone may hear later than it was said, ms: packets wait for their turn on a busy machine, and each of the two before a hold
 * phrase does. Without the ladder the silences of these suites last for four seconds and more; the bench holds it to its figure.
 */
const ON_ITS_WAY_MS = 1500;
export const MOST_SILENCE_MS = SILENCE_LIMIT_MS + ON_ITS_WAY_MS;

/** Nothing is cached and no breaker opens: each test sees the failure that it made, and no other. */
export const FAILING_WORLD = {
  matrix: 'diagonal',
  reply: [
    ['без черт', 'Сначала первая часть. Потом вторая часть. Наконец третья часть.'],
    ['части', CHUNKS.join('|')],
  ],
  bots: {
    filling: { fillers: { enabled: true, phrases: { question: ['Секунду.'], statement: ['Секунду.'] } } },
  },
  env: { DIALPLAN_FALLBACK: 'fallback,s,1', TTS_BREAKER_FAILURES: '1000', TTS_CACHE_MB: '0' },
} as const satisfies CallsOptions;

/** Calls, hears the greeting, asks; tells when the question ended. */
export async function ask({ world }: Suite, extension = '100', question = 'назови части') {
  const call = await world.dial(extension);
  await world.untilHeard(call, GREETING);
  const { endedAtMs } = await call.say(world.speech.callerTone(question));
  return { call, endedAtMs };
}

/** The longest silence that the caller heard in the bot's turn; the caller's last sample was said at `saidAtMs`. */
export function silenceMs(call: PhoneCall, saidAtMs: number, toMs?: number): number {
  const fromMs = saidAtMs + TEST_BOT.endpointing.silenceMs;
  return longestSilenceMs(call.heard(), { fromMs, ...(toMs === undefined ? {} : { toMs }) });
}

/** Twice in a row: an apology each time, never too long a silence, and the dialplan's fallback in the end, where there is one. */
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
  // A dialplan is Asterisk's alone: at Twilio there is nobody to go to, and the caller is told goodbye.
  if (suite.kind === 'twilio') expect(world.heard(call).at(-1)?.text).toBe(TEST_BOT.silence.goodbye);
  else {
    const announcement = findSounds(call.heard()).filter(({ startedAtMs }) => startedAtMs > saidAtMs + 100);
    expect(announcement.length, "the dialplan's own announcement").toBeGreaterThan(0);
  }
  expect(silenceMs(call, again.endedAtMs)).toBeLessThan(MOST_SILENCE_MS);
}
