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
    { event: 'phrase.unrendered', bot: 'shop', language: 'ru-RU', error: down },
    { event: 'phrase.unrendered', bot: 'shop', language: 'ru-RU', error: rests },
    { event: 'phrases.unrendered', bot: 'shop', language: 'ru-RU', count },
  ]);
});

it('tells of a single one once', async () => {
  const quota = new ParleyError('TTS_QUOTA', 'Too many.');
  const told = await toldWhile((phrase) => (phrase === 3 ? quota : undefined));
  expect(told).toEqual([{ event: 'phrase.unrendered', bot: 'shop', language: 'ru-RU', error: quota }]);
});

it('says the same words in each language in its own voice', async () => {
  const raw = {
    prompt: 'Ты бот.',
    hold: ['OK.'],
    languages: { 'en-US': { hold: ['OK.'], silence: { phrases: ['Anybody there?'] } } },
  };
  const asked: string[] = [];
  const book = new PhraseBook({
    profile: { name: 'shop', ...profileSchemaFor(raw).parse(raw) },
    speak: async ({ text, language, voice }) => {
      asked.push(`${language} ${voice.name}: ${text}`);
      return silence(language === 'en-US' ? 200 : 100, 8000);
    },
    shipped: () => [],
    sampleRateHz: 8000,
    log: silentLog,
  });
  await book.prepare(new AbortController().signal);
  expect(asked).toEqual(
    expect.arrayContaining(['ru-RU alena: OK.', 'en-US john: OK.', 'en-US john: Anybody there?']),
  );
  const [english] = book.in('en-US').ready('hold', ['OK.']);
  const [russian] = book.in('ru-RU').ready('hold', ['OK.']);
  expect(english?.pcm.data.byteLength).toBe(2 * (russian?.pcm.data.byteLength ?? 0));
  expect(book.ready('prompt', ['Anybody there?'])).toEqual([]);
});

it('falls back on the recordings of the language that is spoken', () => {
  const raw = { prompt: 'Ты бот.', languages: { 'he-IL': {} } };
  const asked: string[] = [];
  const book = new PhraseBook({
    profile: { name: 'shop', ...profileSchemaFor(raw).parse(raw) },
    speak: () => Promise.reject(new ParleyError('TTS_UNAVAILABLE', 'No network.')),
    shipped: (language) => {
      asked.push(language);
      return [];
    },
    sampleRateHz: 8000,
    log: silentLog,
  });
  book.ready('hold', []);
  book.in('he-IL').ready('hold', []);
  expect(asked).toEqual(['ru-RU', 'he-IL']);
});

it('looks around for a phrase before a caller waits for it, and not when one does', async () => {
  const asked: string[] = [];
  const speaking = (how: string) => async () => (asked.push(how), silence(100, 8000));
  const { signal } = new AbortController();
  const options = { profile, shipped: () => [], sampleRateHz: 8000, log: silentLog };
  const book = new PhraseBook({ ...options, speak: speaking('now'), speakAhead: speaking('ahead') });
  const [first = ''] = phrasesOf(profile);
  await book.render(first, signal);
  expect(asked).toEqual(['now']);
  await book.prepare(signal);
  const others = new Set(phrasesOf(profile)).size - 1;
  expect(asked.slice(1)).toEqual(Array<string>(others).fill('ahead'));
  await book.render(phrasesOf(profile).at(-1) ?? '', signal);
  expect(asked).toHaveLength(1 + others);
});
