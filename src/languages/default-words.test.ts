import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultWords } from './default-words.ts';

const file = new URL('../../sounds/phrases.json', import.meta.url);
const recorded = existsSync(file) ? readFileSync(file, 'utf8') : '';

describe('the default words', () => {
  it.each([
    ['ru-RU', /[а-я]/],
    ['en-GB', /[a-z]/],
    ['he-IL', /[א-ת]/],
    ['fi-FI', /[a-z]/],
  ])('of %s are in its own letters, or English', (language, letters) => {
    for (const word of phrasesOf(language)) expect(word).toMatch(letters);
  });

  it.skipIf(recorded === '').each(['ru-RU', 'en-US', 'he-IL'])(
    'of %s are those of the shipped recordings',
    (language) => {
      const words = defaultWords(language);
      const spoken = [
        ...Object.values(words.fillers),
        words.hold,
        words.repeat,
        words.goodbye,
        words.apology,
      ];
      for (const phrase of spoken.flat()) expect(recorded).toContain(`"${phrase}"`);
    },
  );
});

function phrasesOf(language: string): readonly string[] {
  const { voice: _, fillers, ...words } = defaultWords(language);
  return [...Object.values(words).flat(), ...Object.values(fillers).flat()];
}
