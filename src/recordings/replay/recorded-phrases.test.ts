import { expect, it } from 'vitest';
import { durationMs, silence } from '../../audio/pcm.ts';
import { silentLog } from '../../base/log.ts';
import { PhraseBook } from '../../call/speaking/phrase-book.ts';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import { inEachLanguage } from '../../config/profile-in-language.ts';
import { phraseInventory, phrasesOfCall } from '../recorder/phrase-inventory.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import { recordedPhrases } from './recorded-phrases.ts';
import { recordedCallWith } from './testing/recorded.ts';

const HOLD_MS = { 'ru-RU': 700, 'en-US': 300 };

it('the phrases of each language are as long in a replay as they were, also where two have the same words', async () => {
  const raw = { prompt: 'Ты бот.', hold: ['OK.'], languages: { 'en-US': { hold: ['OK.'] }, 'he-IL': {} } };
  const profile = profileSchemaFor(raw).parse(raw);
  const bot = { name: 'default', ...profile };
  const book = new PhraseBook({
    profile: bot,
    speak: async ({ language, sampleRateHz }) => {
      if (language === 'he-IL') throw new Error('no Hebrew today');
      return silence(HOLD_MS[language as keyof typeof HOLD_MS], sampleRateHz);
    },
    shipped: (language, kind) => (language === 'he-IL' && kind === 'hold' ? [silence(900, 8000)] : []),
    sampleRateHz: 8000,
    log: silentLog,
  });
  await book.prepare(new AbortController().signal);
  const call = await recordedCallWith({ bot: 'default', profile, phrases: phraseInventory(book, bot) });
  const replayed = (await recordedPhrases(call, bot, undefined)).book;
  const holds = inEachLanguage(bot).map(({ hold, language }) =>
    replayed
      .in(language)
      .ready('hold', hold)
      .map(({ pcm }) => Math.round(durationMs(pcm))),
  );
  expect(holds).toEqual([[700], [300], [900]]);
});

it('are those that were ready when the call began, and those that became so and were said', () => {
  const phrase = (text: string) => ({ kind: 'hold' as const, text, audioMs: 700 });
  const said = (text: string): TimelineEntry => ({
    ...{ type: 'playback.started', atMs: 900, turn: 1, kind: 'hold', index: 0, text },
  });
  const [early, unsaid, late] = [phrase('Wait.'), phrase('One moment.'), phrase('Just a second.')];
  const atEnd = [early, unsaid, late];
  expect(phrasesOfCall([early], atEnd, [said(late.text), said(early.text)])).toEqual([early, late]);
  // A failing voice had nothing ready; the shipped apology was said.
  expect(phrasesOfCall([], atEnd, [])).toEqual([]);
});
