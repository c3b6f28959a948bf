/** What a bot says when its profile does not say it otherwise. A language without words of its own speaks English. */
import type { DefaultWords } from './language.ts';
import { knownLanguage, LANGUAGES } from './registry.ts';

export type { DefaultWords } from './language.ts';

/** By the language's first part: `ru-RU` → Russian. */
export function defaultWords(language: string): DefaultWords {
  return LANGUAGES[knownLanguage(language) ?? 'en'].words;
}
