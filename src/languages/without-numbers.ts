/** Numbers in a text, written or in words: where one must not stand, and whether a certain one does. Pure. */
import { languageOf } from './language-of.ts';
import { isNumberWord } from './number-words.ts';
import { withDigits } from './spoken-numbers.ts';
import { WRITTEN_WORD, wordsOf } from './words.ts';

const HIDDEN = '•';

/** Every digit and every word for a number as `•`. `language` is a BCP-47 tag or `auto`. */
export function withoutNumbers(text: string, language: string): string {
  const known = languageOf(language, text);
  return text.replaceAll(WRITTEN_WORD, (word) =>
    isNumberWord(wordsOf(word)[0] ?? '', known) ? HIDDEN : word.replaceAll(/\p{Nd}/gu, HIDDEN),
  );
}

/** All digits of a text in one row: `сорок два, 7` is 427. */
export function digitsSaid(text: string, language: string): string {
  const words = withDigits(wordsOf(text), languageOf(language, text));
  return words.filter((word) => /^\d+$/.test(word)).join('');
}
