/** What the words of a turn that has paused sound like: by that alone it is decided how long is waited. Pure. */
import { askedDictation, type AskedDictation } from '../languages/asked-dictation.ts';
import { languageOf } from '../languages/language-of.ts';
import { mayGoOn } from '../languages/number-words.ts';
import { askedKind, type AskedKind } from '../languages/asked-kind.ts';
import { knownLanguage, LANGUAGES } from '../languages/registry.ts';
import { heard } from '../languages/slots/heard.ts';
import { lettersAtEnd } from '../languages/slots/spelled.ts';
import { answerState } from '../languages/slots/answer-state.ts';
import { wordsOf } from '../languages/words.ts';
import { endingOf, isNumberAtEnd, type Ending } from './ending.ts';
import type { TurnSoFar } from './end-of-turn.ts';
import { finalityOf, wantsByWord, type Finality } from './finality.ts';
import { repeatsChoice, shortAnswer } from './short-answer.ts';

const LEAST_ROUND = 20;
/** "Jane miller", before "at". More are likelier to tell why there is no address. */
const LONGEST_MAILBOX_WORDS = 2;
/** More are likelier to tell that there is no number. */
const LONGEST_ANNOUNCEMENT_WORDS = 3;
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
  return how === 'plain' ? finality(soFar) : how;
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
  if (!isOfIt(asked, text, language)) return announced(text, language);
  const { slot, isLengthCertain } = asked;
  switch (answerState(slot, text, language)) {
    case 'whole':
      return isLengthCertain && !mayBecomeLarger(text, language) ? 'complete' : 'unknown';
    case 'begun':
      return 'dictation';
    // Digits enough for some codes, and half of others; or what stands before the dot of an address.
    case 'unknown':
      if (slot.type === 'digits') return 'dictation';
      return slot.type === 'email' && mayBeMailbox(text, language) ? 'wanting' : undefined;
    case 'enough':
      return undefined;
  }
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

/** "I called you at three" has a digit, and is no number that was asked for. */
function isOfIt({ slot }: AskedDictation, text: string, language: string): boolean {
  return slot.type === 'email' || isNumberAtEnd(text, language);
}

/** One digit that answers "how many?" is no beginning of a telephone number, and a year or a sum is not dictated. */
function endingAsked({ text, language }: TurnSoFar, lastSaid: string): Ending {
  const words = endingOf(text, language);
  if (words !== 'digit' && words !== 'dictation' && words !== 'open') return words;
  const kind = askedKind(lastSaid, language);
  if (kind === undefined) return words;
  // "Single or double?" "Double": no digit, and no word before one.
  if (kind === 'choice' && repeatsChoice(text, lastSaid)) return 'plain';
  if (words === 'open') return words;
  if (words === 'digit') return ONE_DIGIT_ANSWERS.has(kind) ? 'plain' : words;
  if (kind === 'birth' && answerState({ type: 'digits', length: DATE_DIGITS }, text, language) !== 'begun')
    return 'plain';
  const isAmount =
    AMOUNTS.has(kind) && (['number', 'date', 'time'] as const).some((type) => isRead(type, text, language));
  return isAmount ? 'plain' : words;
}

const AMOUNTS: ReadonlySet<AskedKind> = new Set(['number', 'time', 'date', 'birth']);
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
