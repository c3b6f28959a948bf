/** Every number from 0 to 9999, said in full, is the number that is kept. */
import { describe, expect, it } from 'vitest';
import type { KnownLanguage } from '../language-of.ts';
import { SAID } from '../testing/said-numbers.ts';
import { readSlot } from './read-slot.ts';
import type { SlotSpec } from './slot.ts';

const TAGS: Readonly<Record<KnownLanguage, string>> = { ru: 'ru-RU', en: 'en-US', he: 'he-IL' };
const AROUND: Readonly<Record<KnownLanguage, (said: string) => string>> = {
  ru: (said) => `ну, ${said}`,
  en: (said) => `um, ${said} please`,
  he: (said) => `אז ${said} בבקשה`,
};
const NUMBER: SlotSpec = { type: 'number' };

function misread(language: KnownLanguage, said: (text: string) => string): readonly string[] {
  const wrong: string[] = [];
  for (let number = 0; number <= 9999; number++)
    for (const text of SAID[language](number)) {
      const reading = readSlot(NUMBER, said(text), { language: TAGS[language], today: '2026-11-29' });
      const value = 'value' in reading && reading.isCertain ? reading.value : JSON.stringify(reading);
      if (value !== String(number)) wrong.push(`${text}: ${value}, not ${number}`);
    }
  return wrong;
}

describe.each<KnownLanguage>(['ru', 'en', 'he'])('numbers from 0 to 9999 in %s', (language) => {
  it('are read as they are said', () => {
    expect(misread(language, (text) => text)).toEqual([]);
  });

  it('are read among small words', () => {
    expect(misread(language, AROUND[language])).toEqual([]);
  });
});
