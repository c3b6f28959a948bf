import { expect, it } from 'vitest';
import { silence } from '../../audio/pcm.ts';
import { ParleyError } from '../../base/errors.ts';
import type { LogFields } from '../../base/log.ts';
import { silentLog } from '../../base/log.ts';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import { PhraseBook, phrasesOf } from './phrase-book.ts';

const profile = { name: 'shop', ...profileSchemaFor({}).parse({ prompt: 'Ты бот.' }) };

/** What is logged while the phrases are rendered, where `failureOf` says what becomes of each. */
async function toldWhile(failureOf: (phrase: number) => ParleyError | undefined) {
  const told: LogFields[] = [];
  let phrases = 0;
  const book = new PhraseBook({
    profile,
    speak: async () => {
      const failure = failureOf(phrases++);
      if (failure) throw failure;
      return silence(100, 8000);
    },
    shipped: () => [],
    sampleRateHz: 8000,
    log: { ...silentLog, warn: (fields) => void told.push(fields) },
  });
  await book.prepare(new AbortController().signal);
  return told;
}

it('tells one line a cause, and how many phrases it was, when there is no network', async () => {
  const down = new ParleyError('TTS_UNAVAILABLE', 'No network.');
  const rests = new ParleyError('TTS_BREAKER_OPEN', 'It rests.');
  const told = await toldWhile((phrase) => (phrase < 5 ? down : rests));
  const count = new Set(phrasesOf(profile)).size;
  expect(count).toBeGreaterThan(20);
  expect(told).toEqual([
    { event: 'phrase.unrendered', bot: 'shop', error: down },
    { event: 'phrase.unrendered', bot: 'shop', error: rests },
    { event: 'phrases.unrendered', bot: 'shop', count },
  ]);
});

it('tells of a single one once', async () => {
  const quota = new ParleyError('TTS_QUOTA', 'Too many.');
  const told = await toldWhile((phrase) => (phrase === 3 ? quota : undefined));
  expect(told).toEqual([{ event: 'phrase.unrendered', bot: 'shop', error: quota }]);
});
