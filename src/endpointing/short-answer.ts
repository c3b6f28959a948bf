/** How finished a short answer sounds to what the bot has just asked: "в субботу" is all of a day, "картой" all of a choice. Pure. */
import { askedKind, asksForDays, type AskedKind } from '../languages/asked-kind.ts';
import { languageOf } from '../languages/language-of.ts';
import { mayGoOn, numberWord } from '../languages/number-words.ts';
import { isQuestion } from '../languages/questions.ts';
import { LANGUAGES } from '../languages/registry.ts';
import { readSlot } from '../languages/slots/read-slot.ts';
import { answerState } from '../languages/slots/answer-state.ts';
import { wordsOf } from '../languages/words.ts';
import type { Finality } from './finality.ts';

/** More are no short answer: whoever says more may tell a story. */
const LONGEST_ANSWER_WORDS = 4;
/** With more, one of them may be in the question by chance. */
const LONGEST_CHOICE_WORDS = 3;
const HUNDRED = 100;
/** A day, a month and a year. */
const FEWEST_DATE_WORDS = 3;
/** "The twenty first of september nineteen hundred and eighty five". More are a story. */
const LONGEST_DATE_WORDS = 12;
/** By so many letters a word is told in another case: "картой" of "карта". */
const STEM_LETTERS = 4;

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
  if (kind === undefined || count > LONGEST_ANSWER_WORDS) return sounds;
  // "Yes" is no day, and no name: one follows.
  if (kind !== 'yesNo' && kind !== 'choice' && isAffirmed(text, language)) return 'unknown';
  if (kind === 'open') return sounds;
  if (kind === 'several') return sounds === 'finished' ? 'unknown' : sounds;
  const read = readAs(kind, answer);
  if (read) return read;
  if ((kind === 'name' || kind === 'surname') && onlyAnnounces(text, language)) return 'wanting';
  if (sounds === 'finished' || isHeld || asksBack(text, language)) return sounds;
  switch (kind) {
    case 'name':
      // A family name may follow.
      return count === 1 ? 'unknown' : 'possible';
    case 'choice':
      return repeatsChoice(text, lastSaid) ? 'finished' : 'likely';
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
      return hasNumber(text, language) || sounds === 'unknown' ? 'possible' : sounds;
    case 'date':
    case 'time':
      return sounds === 'begun' && count > 1 ? 'unknown' : sounds;
  }
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
  const stems = new Set(wordsOf(lastSaid).map((word) => stem(word)));
  const words = wordsOf(text);
  return words.length <= LONGEST_CHOICE_WORDS && stems.has(stem(words.at(-1) ?? ''));
}

function stem(word: string): string {
  return word.length > STEM_LETTERS ? word.slice(0, STEM_LETTERS) : word;
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
  const known = languageOf(language, word);
  return (
    /^\d+$/u.test(word) || numberWord(word, known) !== undefined || LANGUAGES[known].privacy.number.test(word)
  );
}
