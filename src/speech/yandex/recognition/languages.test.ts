import { expect, it } from 'vitest';
import { toYandexLanguages } from './languages.ts';

it.each([
  ['ru-RU', undefined, ['ru-RU']],
  ['he-IL', undefined, ['he-HE']],
  ['auto', undefined, ['auto']],
  ['auto', ['ru-RU', 'en-US', 'he-IL'], ['ru-RU', 'en-US', 'he-HE']],
  // A code that SpeechKit does not know is refused with the whole session.
  ['auto', ['ru-RU', 'uk-UA'], ['auto']],
  ['ru-RU', ['ru-RU', 'en-US'], ['ru-RU']],
] as const)('a session for %s among %j is told %j', (language, among, codes) => {
  expect(toYandexLanguages(language, among)).toEqual(codes);
});
