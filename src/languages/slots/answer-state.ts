/** Whether an answer is all there: for the end of a turn, which knows what was asked. Pure. */
import { LANGUAGES } from '../registry.ts';
import { COMMON_ENDS } from './email.ts';
import { heard } from './heard.ts';
import type { Heard } from './heard.ts';
import { digitsIn } from './numbers.ts';
import { readSlot } from './read-slot.ts';
import type { SlotSpec } from './slot.ts';
import { lettersAtEnd, spelledWord } from './spelled.ts';

/** Whoever says two letters by their names is spelling. */
const FEWEST_LETTERS = 2;

/** No day is needed to tell whether a date is all there. */
const ANY_DAY = '2000-01-01';

export type AnswerState =
  /** The answer that was asked for, and nothing is missing. */
  | 'whole'
  /** An answer, which may have more to it: `twenty` of twenty five. */
  | 'enough'
  /** Half a number, half an address, letters that are being spelled. */
  | 'begun'
  | 'unknown';

/** `language` is a BCP-47 tag or `auto`. */
export function answerState(spec: SlotSpec, text: string, language: string): AnswerState {
  const said = heard(text, language);
  if (said.words.length === 0) return 'unknown';
  switch (spec.type) {
    case 'yesNo':
      return isCertain(spec, text, language) ? 'whole' : 'unknown';
    case 'digits':
      return ofDigits(said, spec);
    case 'phone':
      return ofPhone(said, spec, text, language);
    case 'email':
      return ofEmail(said, spec, text, language);
    case 'name':
      return ofName(said);
    // A number that was asked for is an amount: nobody dictates it digit by digit.
    case 'number':
    case 'date':
    case 'time':
      return isCertain(spec, text, language) ? 'enough' : 'unknown';
    case 'text':
    case 'oneOf':
      return 'unknown';
  }
}

function isCertain(spec: SlotSpec, text: string, language: string): boolean {
  const reading = readSlot(spec, text, { language, today: ANY_DAY });
  return 'value' in reading && reading.isCertain;
}

/** A name and all its letters is whole; letters alone may go on. */
function ofName(said: Heard): AnswerState {
  const { words } = said;
  const letters = lettersAtEnd(words, said);
  if (letters < FEWEST_LETTERS) return 'unknown';
  const name = words.at(-letters - 1);
  const isWhole = name !== undefined && spelledWord(words.slice(-letters).join(' '), said) === name;
  return isWhole ? 'whole' : 'begun';
}

function ofDigits(said: Heard, { length }: SlotSpec): AnswerState {
  const { digits } = digitsIn(said);
  if (digits === '') return 'unknown';
  const { min, max } =
    typeof length === 'number' ? { min: length, max: length } : (length ?? { min: 0, max: 0 });
  if (max > 0 && digits.length >= max) return 'whole';
  // Without a length nobody can tell whether the code goes on.
  return min === 0 || digits.length < min ? 'begun' : 'unknown';
}

function ofPhone(said: Heard, spec: SlotSpec, text: string, language: string): AnswerState {
  const { digits } = digitsIn(said);
  if (digits === '') return 'unknown';
  if (LANGUAGES[said.language].endings.isPhoneNumber(digits)) return 'whole';
  // A number of another country: there may be longer ones there.
  return isCertain(spec, text, language) ? 'enough' : 'begun';
}

function ofEmail(said: Heard, spec: SlotSpec, text: string, language: string): AnswerState {
  const last = said.words.at(-1) ?? '';
  const { at, dot, dash, underscore, latin } = said.table;
  const hasAt = /@/.test(text) || said.words.some((word) => at.has(word));
  // In Hebrew letters a name has no one form in Latin ones: where the address ends can be told all the same.
  const isNamed = dot.has(said.words.at(-2) ?? '') && COMMON_ENDS.has(latin.get(last) ?? last);
  const isWhole = hasAt && (isNamed || isCertain(spec, text, language)) && !dot.has(last);
  // "dot co" may be all of it, or half of "dot co dot uk".
  if (isWhole) return LONGER_DOMAINS.has(last) ? 'enough' : 'whole';
  const isAddress =
    hasAt || said.words.some((word) => dot.has(word) || underscore.has(word)) || dash.has(last);
  return isAddress || lettersAtEnd(said.words, said) >= FEWEST_LETTERS ? 'begun' : 'unknown';
}

const LONGER_DOMAINS = new Set(['co', 'ко', 'קו', 'org', 'орг']);
