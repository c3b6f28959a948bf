/** How finished a short answer sounds to what the bot has just asked: "в субботу" is all of a day, "картой" all of a choice. Pure. */
import { askedKind, asksForDays, lastSentence, type AskedKind } from '../languages/asked-kind.ts';
import { ASKING_TABLES } from '../languages/asking-tables.ts';
import { languageOf } from '../languages/language-of.ts';
import { isNumberWord, mayGoOn } from '../languages/number-words.ts';
import { isQuestion } from '../languages/questions.ts';
import { LANGUAGES } from '../languages/registry.ts';
import { readSlot } from '../languages/slots/read-slot.ts';
import { answerState } from '../languages/slots/answer-state.ts';
import { digitsSaid } from '../languages/without-numbers.ts';
import { wordsOf } from '../languages/words.ts';
import type { Finality } from './finality.ts';

/** More are no short answer: whoever says more may tell a story. */
const LONGEST_ANSWER_WORDS = 4;
/** With more, one of them may be in the question by chance. */
const LONGEST_CHOICE_WORDS = 3;
/** What is told behind "How can I help?" has as many. */
const FEWEST_STORY_WORDS = 3;
const HUNDRED = 100;
const LEAST_ROUND = 20;
const CENTURIES: ReadonlySet<string> = new Set(['19', '20']);
/** A day, a month and a year. */
const FEWEST_DATE_WORDS = 3;
/** "The twenty first of september nineteen hundred and eighty five". More are a story. */
const LONGEST_DATE_WORDS = 12;
/** By so many letters a word is told in another case: "картой" of "карта". */
const STEM_LETTERS = 4;

/** Such as houses have behind their number. Others are words of their own: "и", "в", "i". */
const NUMBER_LETTER = /^[abcdfабгдеאבגד]$/u;
const NAMES: ReadonlySet<AskedKind> = new Set(['name', 'fullName', 'surname']);
/** With a letter behind its number: "seventeen a". */
export const NUMBERED: ReadonlySet<AskedKind> = new Set(['number', 'address', 'place', 'thing']);

export interface ShortAnswer {
  readonly text: string;
  /** BCP-47, or `auto`. */
  readonly language: string;
  /** All that the bot said last. */
  readonly lastSaid: string;
  /** How the words sound by themselves. */
  readonly sounds: Finality;
  /** The last word wants another by what it is, and not by its form alone: "мне", not "большую". */
  readonly isHeld: boolean;
}

export function shortAnswer(answer: ShortAnswer): Finality {
  const { text, language, lastSaid, sounds, isHeld } = answer;
  const kind = askedKind(lastSaid, language);
  const count = wordsOf(text).length;
  if (kind === 'birth') return dayOfBirth(answer);
  if (kind === 'year') return yearOf(answer);
  if (kind === 'open' && count >= FEWEST_STORY_WORDS) return partOfStory(sounds);
  if (kind === undefined || count > LONGEST_ANSWER_WORDS) return sounds;
  // "Yes" is no day, and no name: one follows.
  if (kind !== 'yesNo' && kind !== 'choice' && isAffirmed(text, language)) return 'unknown';
  if (kind === 'open') return sounds;
  if (kind === 'several') return sounds === 'finished' ? 'unknown' : sounds;
  if (takesBack(kind, answer)) return 'wanting';
  const read = readAs(kind, answer);
  if (read) return read;
  if (NAMES.has(kind) && onlyAnnounces(text, language)) return 'wanting';
  if (NUMBERED.has(kind) && hasLetteredNumber(text, language)) return 'possible';
  if (sounds === 'finished' || isHeld || asksBack(text, language)) return sounds;
  switch (kind) {
    case 'name':
      // A family name may follow.
      return count === 1 ? 'unknown' : 'possible';
    case 'fullName':
      return count === 1 ? 'wanting' : 'possible';
    case 'choice':
      if (repeatsChoice(text, lastSaid)) return 'finished';
      // "I'd prefer", of "Would you prefer tea or coffee?": which is still to come.
      return endsAsAsked(text, wordsOf(lastSaid)) ? 'unknown' : 'likely';
    case 'address':
    case 'place':
      return placeOf(kind, answer);
    case 'surname':
    case 'thing':
    case 'yesNo':
    case 'more':
      return 'likely';
    // Neither a day nor a number by itself.
    case 'number':
      if (isNumber(wordsOf(text).at(-1) ?? '', language)) return 'likely';
      if (hasNumber(text, language) || sounds === 'unknown') return 'possible';
      return sounds === 'begun' ? 'unknown' : sounds;
    case 'date':
    case 'time':
      return sounds === 'begun' && count > 1 ? 'unknown' : sounds;
  }
}

/** Whoever tells what has happened goes on behind a finished sentence more often than whoever answers. */
function partOfStory(sounds: Finality): Finality {
  return sounds === 'finished' || sounds === 'likely' ? 'possible' : sounds;
}

/** "Three, no": the other number follows. */
function takesBack(kind: AskedKind, answer: ShortAnswer): boolean {
  const words = wordsOf(answer.text);
  const { denying } = LANGUAGES[languageOf(answer.language, answer.text)].finality;
  if (words.length < 2 || !denying.has(words.at(-1) ?? '')) return false;
  const before = words.findLastIndex((word) => isNumber(word, answer.language)) + 1;
  return (
    kind !== 'yesNo' &&
    before > 0 &&
    readAs(kind, { ...answer, text: words.slice(0, before).join(' ') }) !== undefined
  );
}

/** What can be read as what was asked. */
function readAs(kind: AskedKind, { text, language, lastSaid }: ShortAnswer): Finality | undefined {
  switch (kind) {
    case 'date':
    case 'time':
      // "On Friday" answers a question for a time, and "at ten" one for a day.
      return dayOrHour(text, language, asksForDays(lastSaid, language));
    case 'number':
    case 'yesNo':
      return isRead(kind, text, language) ? 'finished' : undefined;
    default:
      return undefined;
  }
}

function isRead(type: 'date' | 'time' | 'number' | 'yesNo', text: string, language: string): boolean {
  const state = answerState({ type }, text, language);
  return state === 'whole' || state === 'enough';
}

/** "Yes", "sure okay": that, and nothing of what was asked. */
function isAffirmed(text: string, language: string): boolean {
  const { affirmations } = LANGUAGES[languageOf(language, text)].finality;
  return wordsOf(text).every((word) => affirmations.has(word));
}

/** "It is", "this is": no name yet. */
function onlyAnnounces(text: string, language: string): boolean {
  return LANGUAGES[languageOf(language, text)].finality.introductions.test(wordsOf(text).join(' '));
}

function asksBack(text: string, language: string): boolean {
  const [first = ''] = wordsOf(text);
  return LANGUAGES[languageOf(language, text)].finality.askingBack.has(first) || isQuestion(text, language);
}

/** A century alone is half of one: "nineteen", "тысяча девятьсот". */
function yearOf({ text, language, sounds }: ShortAnswer): Finality {
  const words = wordsOf(text);
  const last = words.at(-1) ?? '';
  if (words.length > LONGEST_DATE_WORDS || !isNumber(last, language)) return sounds;
  const digits = digitsSaid(text, language);
  const known = languageOf(language, text);
  if (CENTURIES.has(digits) || mayGoOn(last, known, HUNDRED)) return 'wanting';
  return mayGoOn(last, known, LEAST_ROUND) ? 'unknown' : 'finished';
}

const [ONE_DAY, ANOTHER_DAY] = ['2000-01-01', '2012-06-15'];

/** Said until its year, and until the end of that: "nineteen hundred" is none yet. */
function dayOfBirth({ text, language, sounds }: ShortAnswer): Finality {
  const words = wordsOf(text);
  if (words.length > LONGEST_DATE_WORDS) return sounds;
  if (mayGoOn(words.at(-1) ?? '', languageOf(language, text), HUNDRED)) return 'wanting';
  if (isRead('date', text, language)) return hasYear(text, language) ? 'finished' : 'wanting';
  if (sounds === 'wanting' || !isNumber(words.at(-1) ?? '', language)) return sounds;
  return words.length < FEWEST_DATE_WORDS ? 'wanting' : 'possible';
}

/** A day whose year was not said is another one when it is said in another year. */
function hasYear(text: string, language: string): boolean {
  const [one, other] = [ONE_DAY, ANOTHER_DAY].map((today) =>
    readSlot({ type: 'date' }, text, { language, today }),
  );
  return (
    one !== undefined &&
    other !== undefined &&
    'value' in one &&
    'value' in other &&
    one.value === other.value
  );
}

/** "From the third": until when is still to come. */
function dayOrHour(text: string, language: string, areSeveral: boolean): Finality | undefined {
  const { from, until } = LANGUAGES[languageOf(language, text)].finality.ranges;
  const words = wordsOf(text);
  const said = ` ${words.join(' ')} `;
  if (from.test(said) && until.test(said) && isNumber(words.at(-1) ?? '', language)) return 'finished';
  if (!(['date', 'time'] as const).some((type) => isRead(type, text, language))) return undefined;
  return areSeveral && from.test(said) && !until.test(said) ? 'unknown' : 'finished';
}

/** One of the words of the question, in whatever case. */
export function repeatsChoice(text: string, lastSaid: string): boolean {
  return wordsOf(text).length <= LONGEST_CHOICE_WORDS && endsAsAsked(text, choicesOf(lastSaid));
}

function endsAsAsked(text: string, asked: readonly string[]): boolean {
  const last = stem(wordsOf(text).at(-1) ?? '');
  return asked.some((word) => stem(word) === last);
}

/** What stands beside the "or": not "pay" of "Will you pay by card or cash?" All that was said where there is none, or a list. */
function choicesOf(lastSaid: string): readonly string[] {
  const sentence = lastSentence(lastSaid);
  const words = wordsOf(sentence);
  const { or } = ASKING_TABLES[languageOf('auto', sentence)];
  const at = words.findIndex((word) => or.test(` ${word} `));
  return at < 0 || /[,:;]/u.test(sentence) ? wordsOf(lastSaid) : words.slice(Math.max(0, at - 1));
}

function stem(word: string): string {
  return word.length > STEM_LETTERS ? word.slice(0, STEM_LETTERS) : word;
}

/** "Seventeen a", "entrance b": the letter is no word. */
export function hasLetteredNumber(text: string, language: string): boolean {
  const [before = '', last = ''] = wordsOf(text).slice(-2);
  const { labels } = LANGUAGES[languageOf(language, text)].finality;
  return NUMBER_LETTER.test(last) && (isNumber(before, language) || labels.has(before));
}

/** A house has a number: the street alone is half of an address, and so is a number before its street. */
function placeOf(kind: 'address' | 'place', { text, language }: ShortAnswer): Finality {
  const words = wordsOf(text);
  const known = languageOf(language, text);
  const { streets, streetName } = LANGUAGES[known].privacy;
  const isNumbered = hasNumber(text, language);
  const isNumberOnly = words.every((word) => isNumber(word, language));
  if (isNumberOnly && streetName === 'before') return 'wanting';
  if (isNumbered) return 'possible';
  if (words.some((word) => streets.has(word))) return streetName === 'before' ? 'possible' : 'begun';
  return kind === 'address' ? 'unknown' : 'possible';
}

function hasNumber(text: string, language: string): boolean {
  return wordsOf(text).some((word) => isNumber(word, language));
}

function isNumber(word: string, language: string): boolean {
  return isNumberWord(word, languageOf(language, word));
}
