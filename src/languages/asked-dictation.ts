/** What is dictated where the bot asks for it, and how many digits it has; where no flow says so. Pure. */
import { lastSentence } from './asked-kind.ts';
import { DICTATED_TABLES, type FewestAndMost } from './dictated-tables.ts';
import { languageOf } from './language-of.ts';
import type { KnownLanguage } from './registry.ts';
import type { SlotSpec } from './slots/slot.ts';
import { withDigits } from './spoken-numbers.ts';
import { wordsOf } from './words.ts';

export interface AskedDictation {
  readonly slot: SlotSpec & { readonly type: 'digits' | 'phone' | 'email' };
  /** Nothing may follow the last digit: the bot has said how many it wants, or the law has. */
  readonly isLengthCertain: boolean;
}

/** Nobody asks for more digits at once; "2026" before the word is a year. */
const MOST_DIGITS = 20;
/** "The last four digits", "four last digits of your card". */
const WORDS_BETWEEN = 2;

/** Undefined where the last sentence asks for nothing of the kind. `language` is a BCP-47 tag or `auto`. */
export function askedDictation(said: string, language: string): AskedDictation | undefined {
  const last = lastSentence(said);
  if (last === '') return undefined;
  const known = languageOf(language, last);
  const table = DICTATED_TABLES[known];
  const words = wordsOf(last);
  const text = ` ${words.join(' ')} `;
  const counted = countedDigits(words, known);
  if (counted !== undefined) return digits({ min: counted, max: counted }, true);
  if (table.email.test(text)) return { slot: { type: 'email' }, isLengthCertain: true };
  if (table.phone.test(text)) return { slot: { type: 'phone' }, isLengthCertain: true };
  const [fixed, usual] = [table.fixed, table.usual].map(
    (list) => list.find(([name]) => name.test(text))?.[1],
  );
  if (fixed) return digits(fixed, true);
  if (usual) return digits(usual, false);
  return table.digits.test(text) && !table.amounts.test(text) ? digits(undefined, false) : undefined;
}

function digits(length: FewestAndMost | undefined, isLengthCertain: boolean): AskedDictation {
  return { slot: { type: 'digits', length }, isLengthCertain };
}

/** "Six-digit", "шестизначный", "the last four digits". */
function countedDigits(words: readonly string[], language: KnownLanguage): number | undefined {
  const { digitWord, compound, compoundNumbers } = DICTATED_TABLES[language];
  const within = words.flatMap((word) => compound.exec(word)?.[1] ?? []);
  const first = compoundNumbers.get(within[0] ?? '');
  if (first !== undefined) return first;
  const read = withDigits(words, language);
  const at = read.findIndex((word) => digitWord.test(word));
  const count = read
    .slice(Math.max(0, at - WORDS_BETWEEN), Math.max(0, at))
    .findLast((word) => /^\d+$/u.test(word));
  const value = Number(count ?? 0);
  return value > 1 && value <= MOST_DIGITS ? value : undefined;
}
