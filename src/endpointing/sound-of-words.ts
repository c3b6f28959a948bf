/** What the words of a turn that has paused sound like: by that alone it is decided how long is waited. Pure. */
import { askedDictation, type AskedDictation } from '../languages/asked-dictation.ts';
import { languageOf } from '../languages/language-of.ts';
import { mayGoOn, numberWord } from '../languages/number-words.ts';
import { askedKind, type AskedKind } from '../languages/asked-kind.ts';
import { knownLanguage, LANGUAGES } from '../languages/registry.ts';
import { heard } from '../languages/slots/heard.ts';
import { lettersAtEnd } from '../languages/slots/spelled.ts';
import { answerState } from '../languages/slots/answer-state.ts';
import { digitsApart } from '../languages/spoken-numbers.ts';
import { digitsSaid } from '../languages/without-numbers.ts';
import { wordsOf } from '../languages/words.ts';
import { endingOf, isNumberAtEnd, type Ending } from './ending.ts';
import type { TurnSoFar } from './end-of-turn.ts';
import { finalityOf, wantsByWord, type Finality } from './finality.ts';
import { NUMBERED, hasLetteredNumber, repeatsChoice, shortAnswer } from './short-answer.ts';

const LEAST_ROUND = 20;
/** "Jane miller", before "at". More are likelier to tell why there is no address. */
const LONGEST_MAILBOX_WORDS = 2;
/** More are likelier to tell that there is no number. */
const LONGEST_ANNOUNCEMENT_WORDS = 3;
/** Of a number of unknown length: fewer are its beginning, and as many as an order has may be all of it. */
const FEWEST_OF_NUMBER = 4;
const MANY_OF_NUMBER = 6;
/** Digits that are lost where hundreds, tens and units of two groups are read as one number. */
const MOST_HIDDEN_DIGITS = 2;
/** Of a telephone number as it is said at home. */
const PHONE_DIGITS = { ru: 11, en: 10, he: 10 } as const;
/** Longer ones are sentences in which the last word may well be the last. */
const MOST_POINTED_WORDS = 4;
/** A year, a house, a price. */
const LONGEST_GROUPED_DIGITS = 4;
/** A date in figures: day, month, and the year with its century or without. */
const DATE_DIGITS = { min: 5, max: 8 };

/** Names are stable: they stand in recorded calls. */
export const SOUNDS_OF_WORDS = [
  'complete',
  'finished',
  'likely',
  'possible',
  'unknown',
  'begun',
  'wanting',
  'comma',
  'open',
  'digit',
  'dictation',
  'number',
] as const;
/** As an ending sounds by its marks or numbers; without those, how finished the words are. */
export type SoundOfWords = (typeof SOUNDS_OF_WORDS)[number];

/** What was asked says more than how the words end: four digits of a code of four are all of it, three are not, point or no point. */
export function soundOfWords(soFar: TurnSoFar): SoundOfWords {
  if (soFar.expecting) {
    const how = endingExpected(soFar, soFar.expecting);
    return how === 'plain' ? 'unknown' : how;
  }
  const { text, language, lastSaid } = soFar;
  if (text.trim() === '' || lastSaid === undefined) return bySound(soFar, endingOf(text, language));
  return dictated(soFar, lastSaid) ?? bySound(soFar, endingAsked(soFar, lastSaid));
}

function bySound(soFar: TurnSoFar, how: Ending): SoundOfWords {
  if (how === 'plain') return finality(soFar);
  return how === 'complete' && isPointedTooSoon(soFar) ? 'wanting' : how;
}

/** "I need." A recognizer sets a point where somebody pauses: behind few words of which the last wants another it is none. */
function isPointedTooSoon(soFar: TurnSoFar): boolean {
  const { text, language } = soFar;
  return (
    text.trim().endsWith('.') &&
    wordsOf(text).length <= MOST_POINTED_WORDS &&
    wantsByWord(text, language) &&
    finality(soFar) === 'wanting'
  );
}

function endingExpected(
  { text, language }: TurnSoFar,
  expecting: NonNullable<TurnSoFar['expecting']>,
): Ending {
  const words = endingOf(text, language);
  if (text.trim() === '') return words;
  switch (answerState(expecting, text, language)) {
    case 'whole':
      return words === 'open' ? words : 'complete';
    case 'begun':
      return 'dictation';
    case 'enough':
      return words === 'digit' || words === 'dictation' ? 'plain' : words;
    case 'unknown':
      return words;
  }
}

/** Of what the bot has asked to be dictated; undefined where something else was said. */
function dictated({ text, language }: TurnSoFar, lastSaid: string): SoundOfWords | undefined {
  const asked = askedDictation(lastSaid, language);
  if (!asked) return undefined;
  if (!isOfIt(asked, text, language)) return signed(asked, text, language) ?? announced(text, language);
  const { slot, isLengthCertain } = asked;
  switch (answerState(slot, text, language)) {
    case 'whole':
      return isLengthCertain && !mayBecomeLarger(text, language) ? 'complete' : 'unknown';
    case 'begun':
      if (slot.type === 'digits' && slot.length === undefined) return openNumber(text, language);
      return mayBeAllApart(slot, text, language) ? 'digit' : 'dictation';
    // Digits enough for some codes, and half of others; or what stands before the dot of an address.
    case 'unknown':
      if (slot.type === 'digits') return perhapsAll(slot, text, language);
      return slot.type === 'email' && mayBeMailbox(text, language) ? 'wanting' : undefined;
    case 'enough':
      return undefined;
  }
}

function openNumber(text: string, language: string): SoundOfWords {
  const { length } = digitsSaid(text, language);
  if (length < FEWEST_OF_NUMBER) return 'dictation';
  return length < MANY_OF_NUMBER || mayBecomeLarger(text, language) ? 'digit' : 'number';
}

/** "One hundred", "twenty" are five digits, and three where nobody heard the pause between them. */
function mayBeAllApart({ type, length }: AskedDictation['slot'], text: string, language: string): boolean {
  const known = languageOf(language, text);
  const fewest = type === 'phone' ? PHONE_DIGITS[known] : typeof length === 'object' ? length.min : Infinity;
  return (
    digitsSaid(text, language).length >= fewest - MOST_HIDDEN_DIGITS &&
    digitsApart(wordsOf(text), known) >= fewest
  );
}

/** Four digits of a code of four or six may be all of it, five are not. */
function perhapsAll({ length }: AskedDictation['slot'], text: string, language: string): SoundOfWords {
  const isFewest = typeof length === 'object' && digitsSaid(text, language).length === length.min;
  if (!isFewest) return 'dictation';
  return mayBecomeLarger(text, language) ? 'digit' : 'number';
}

/** "Twelve dash": the rest of the number comes. */
function signed(asked: AskedDictation, text: string, language: string): SoundOfWords | undefined {
  const words = wordsOf(text);
  const { numberLinks } = LANGUAGES[languageOf(language, text)].privacy;
  const isSigned = words.length > 1 && numberLinks.has(words.at(-1) ?? '');
  return isSigned && isOfIt(asked, words.slice(0, -1).join(' '), language) ? 'dictation' : undefined;
}

/** "Forty" may become "forty one", which has no digit more. */
function mayBecomeLarger(text: string, language: string): boolean {
  return mayGoOn(wordsOf(text).at(-1) ?? '', languageOf(language, text), LEAST_ROUND);
}

function mayBeMailbox(text: string, language: string): boolean {
  return wordsOf(text).length <= LONGEST_MAILBOX_WORDS && finalityOf(text, language) !== 'finished';
}

/** "Area code", "the number of the order", "it is": that it comes; and letters with which it begins. */
function announced(text: string, language: string): SoundOfWords | undefined {
  const words = wordsOf(text);
  if (words.length > LONGEST_ANNOUNCEMENT_WORDS || endingOf(text, language) !== 'plain') return undefined;
  const { endings, finality: table } = LANGUAGES[languageOf(language, text)];
  if (table.introductions.test(words.join(' '))) return 'wanting';
  if (finalityOf(text, language) === 'finished') return undefined;
  if (lettersAtEnd(words, heard(text, language)) === words.length) return 'dictation';
  return words.some((word) => endings.dictated.has(word)) ? 'wanting' : undefined;
}

/** "Oh four": a zero at the beginning is only a sound elsewhere. */
function isAllNumber(text: string, language: string): boolean {
  const known = languageOf(language, text);
  return wordsOf(text).every((word) => numberWord(word, known) !== undefined);
}

/** "I called you at three" has a digit, and is no number that was asked for. */
function isOfIt({ slot, isLengthCertain }: AskedDictation, text: string, language: string): boolean {
  if (slot.type === 'email' || isNumberAtEnd(text, language) || isAllNumber(text, language)) return true;
  const { type, length } = slot;
  return (
    type === 'digits' &&
    isLengthCertain &&
    typeof length === 'object' &&
    digitsSaid(text, language).length === length.max
  );
}

/** One digit that answers "how many?" is no beginning of a telephone number, and a year or a sum is not dictated. */
function endingAsked({ text, language }: TurnSoFar, lastSaid: string): Ending {
  const words = endingOf(text, language);
  if (words !== 'digit' && words !== 'dictation' && words !== 'open') return words;
  const kind = askedKind(lastSaid, language);
  if (kind === undefined) return words;
  // "Single or double?" "Double": no digit, and no word before one.
  if (kind === 'choice' && repeatsChoice(text, lastSaid)) return 'plain';
  if (words === 'open') return NUMBERED.has(kind) && hasLetteredNumber(text, language) ? 'plain' : words;
  if (words === 'digit') return ONE_DIGIT_ANSWERS.has(kind) ? 'plain' : words;
  if (kind === 'birth' && answerState({ type: 'digits', length: DATE_DIGITS }, text, language) !== 'begun')
    return 'plain';
  // "One eighteen" is a house, and "nineteen seventy six" a year.
  if (GROUPED.has(kind) && digitsSaid(text, language).length <= LONGEST_GROUPED_DIGITS) return 'plain';
  const isAmount =
    AMOUNTS.has(kind) && (['number', 'date', 'time'] as const).some((type) => isRead(type, text, language));
  return isAmount ? 'plain' : words;
}

const AMOUNTS: ReadonlySet<AskedKind> = new Set(['number', 'time', 'date', 'birth', 'year']);
/** Said in two groups as in one, and not dictated: "two fifty". */
const GROUPED: ReadonlySet<AskedKind> = new Set(['number', 'year']);
const ONE_DIGIT_ANSWERS: ReadonlySet<AskedKind> = new Set([...AMOUNTS, 'thing', 'choice']);

function isRead(type: 'number' | 'date' | 'time', text: string, language: string): boolean {
  return answerState({ type }, text, language) === 'enough';
}

function finality({ text, language, lastSaid }: TurnSoFar): Finality {
  const sounds = finalityOf(text, language);
  // What is asked in a language without words of its own is not understood.
  if (lastSaid === undefined || !isKnown(language)) return sounds;
  return shortAnswer({
    text,
    language,
    lastSaid,
    sounds,
    isHeld: sounds === 'wanting' && wantsByWord(text, language),
  });
}

function isKnown(language: string): boolean {
  return language === 'auto' || knownLanguage(language) !== undefined;
}
