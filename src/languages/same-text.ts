/** Whether two transcripts say the same: for answers that were begun on a partial text. Pure. */
import { languageOf } from './language-of.ts';
import { withDigits } from './spoken-numbers.ts';
import { wordsOf } from './words.ts';

/**
 * True if `a` and `b` differ in nothing but case, punctuation, white space, ё or е, and numbers in words or digits.
 * `language` is a BCP-47 tag or `auto`.
 */
export function isSameText(a: string, b: string, language: string): boolean {
  return comparable(a, language) === comparable(b, language);
}

function comparable(text: string, language: string): string {
  return withDigits(wordsOf(text), languageOf(language, text)).join(' ');
}
