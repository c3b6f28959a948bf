/** Short ways to write down the words of a language. */
import type { NumberWord } from './language.ts';
import { unstretched } from './words.ts';

/** The same in every language. */
const SOUNDS = 'm mm mhm hm hmm ah aha uh huh uhuh oh ok okay';

/** Words and phrases that say "go on", and the sounds that do everywhere. */
export function backchannels(words: string, phrases: readonly string[] = []): readonly string[] {
  return [...SOUNDS.split(' '), ...words.split(' '), ...phrases].map(unstretched);
}

/** One word an entry, then entries of several words. */
export function wordSet(words: string, phrases: readonly string[] = []): ReadonlySet<string> {
  return new Set([...words.split(' '), ...phrases].filter(Boolean));
}

/** Entries of several words, apart by bars. */
export function phrases(list: string): readonly string[] {
  return list.split('|');
}

export function soundSet(words: string, phrases: readonly string[]): ReadonlySet<string> {
  return new Set([...wordSet(words, phrases)].map(unstretched));
}

/** `words[n]` holds the words for `values[n]`, apart by spaces. */
export function addends(values: readonly number[], words: readonly string[]): [string, NumberWord][] {
  return words.flatMap((forms, at) =>
    forms.split('|').map((form): [string, NumberWord] => [form, { kind: 'addend', value: values[at] ?? 0 }]),
  );
}

/** `words[n]` holds the oblique cases of the word for `values[n]`: with none of them is a unit in the nominative joined. */
export function obliqueAddends(values: readonly number[], words: readonly string[]): [string, NumberWord][] {
  return addends(values, words).map(([word, meaning]) => [
    word,
    { ...meaning, isOblique: true } as NumberWord,
  ]);
}

/** `тысяча тысячи` */
export function multipliers(value: number, words: string): [string, NumberWord][] {
  return words.split(' ').map((word) => [word, { kind: 'multiplier', value }]);
}

/** `words[n]` holds the nouns for the digit `n`. */
export function digitNouns(words: readonly string[]): ReadonlyMap<string, number> {
  return new Map(words.flatMap((nouns, digit) => nouns.split('|').map((noun) => [noun, digit] as const)));
}

export const UP_TO_19 = Array.from({ length: 20 }, (_, value) => value);
export const TENS = [20, 30, 40, 50, 60, 70, 80, 90];
export const HUNDREDS = [100, 200, 300, 400, 500, 600, 700, 800, 900];
