/** What words mean in a spoken number. */
import type { Language, NumberWord } from './language.ts';
import { LANGUAGES } from './registry.ts';
import type { KnownLanguage } from './registry.ts';

export type { NumberWord } from './language.ts';

/** What a word of `wordsOf` means in a number, if anything. */
export function numberWord(word: string, language: KnownLanguage): NumberWord | undefined {
  const { numbers, numberPrefix: prefix }: Language = LANGUAGES[language];
  const whole = numbers.get(word);
  if (whole || prefix === undefined || !word.startsWith(prefix)) return whole;
  const behind = numbers.get(word.slice(prefix.length));
  // "Eight and ten" is no eighteen.
  return behind?.kind === 'teen' ? { kind: 'addend', value: 10 } : behind;
}

/** In any of its forms, ordinals too, or in digits: more than what can be read as a number. */
export function isNumberWord(word: string, language: KnownLanguage): boolean {
  const { privacy }: Language = LANGUAGES[language];
  return /^\p{Nd}+$/u.test(word) || numberWord(word, language) !== undefined || privacy.number.test(word);
}

/** Whether more of the same number may follow the word: "forty" may become "forty one", and "hundred" nearly anything. `least`: of what is added to. */
export function mayGoOn(word: string, language: KnownLanguage, least: number): boolean {
  const number = numberWord(word, language);
  return number?.kind === 'multiplier' || (number?.kind === 'addend' && number.value >= least);
}
