/**
 * Which of a bot's languages the caller speaks. Pure. What is written decides: its letters, and words that only sentences have. A brand, a
 * name, a number, "ok" or a mixed sentence leaves things as they are: to stay in the caller's language costs nothing, to leave it does.
 */
import { knownLanguage, LANGUAGES } from './registry.ts';
import type { KnownLanguage } from './registry.ts';
import { scriptOf } from './script-of.ts';
import { unstretched, wordsOf } from './words.ts';

export interface SpokenWords {
  /** As it was recognised, whole or as far as it is known. */
  readonly text: string;
  /** What the recognizer took it for, BCP-47, if it tells. */
  readonly told?: string | undefined;
  /** What was spoken until now, BCP-47. */
  readonly current: string;
  /** What may be spoken, BCP-47. */
  readonly candidates: readonly string[];
}

/** Of fewer words no sentence is made. */
const FEWEST_WORDS = 2;

/** In a language whose words are not known, which only the recognizer can tell. */
const FEWEST_UNKNOWN_WORDS = 3;

/** In a sentence may stand one word in other letters for so many. */
const WORDS_A_FOREIGN_ONE = 5;

/** In Latin letters brands and titles are written everywhere: of a sentence, one of so many words is one that only sentences have. */
const WORDS_A_SENTENCE_WORD = 3;

/** Nobody needs more words to ask for a language. */
const LONGEST_REQUEST_WORDS = 16;

/** One of `candidates`, or `current` where nothing says otherwise. */
export function spokenLanguage({ text, told, current, candidates }: SpokenWords): string {
  const others = candidates.filter((language) => !isSameLanguage(language, current));
  if (others.length === 0) return current;
  const asked = languageAskedFor(text);
  const wanted = asked && candidates.find((language) => knownLanguage(language) === asked);
  if (wanted !== undefined) return wanted;
  const words = wordsOf(text).filter((word) => /\p{L}/u.test(word) && !isNumber(word) && !isSound(word));
  const speaks = (language: string) =>
    knownLanguage(language)
      ? isSentenceOf(knownLanguage(language) as KnownLanguage, words, told)
      : isTakenFor(language, { words, told, current });
  return others.find(speaks) ?? current;
}

/** Whether two BCP-47 tags name one language, wherever it is spoken. */
export function isSameLanguage(a: string, b: string): boolean {
  const [one, other] = [knownLanguage(a) ?? primary(a), knownLanguage(b) ?? primary(b)];
  return one === other;
}

/** The language that these words ask for: "можно по-английски?", "do you speak Russian?", "אפשר ברוסית?". The last one, if several. */
export function languageAskedFor(text: string): KnownLanguage | undefined {
  const sentences = text.split(/[.!?;:…—–]+/u);
  const clauses = sentences
    .flatMap((sentence) => [sentence, ...sentence.split(',')])
    .map((clause) => wordsOf(clause).slice(-LONGEST_REQUEST_WORDS).join(' '));
  for (const clause of clauses.reverse())
    for (const { asks, language } of REQUESTS) if (asks.test(clause)) return language;
  return undefined;
}

function isSentenceOf(language: KnownLanguage, words: readonly string[], told: string | undefined): boolean {
  // A language of the same letters whose words are not known: only the recognizer can tell the two apart.
  if (told !== undefined && !knownLanguage(told) && isSameScript(told, language)) return false;
  const own = inScriptOf(language, words);
  const foreign = words.length - own.length;
  if (own.length < FEWEST_WORDS || foreign * WORDS_A_FOREIGN_ONE > words.length) return false;
  const { sentenceWords, weakWords } = LANGUAGES[language].telling;
  const strong = own.filter((word) => sentenceWords.has(word)).length;
  if (LANGUAGES[language].script) return strong > 0;
  const weak = own.filter((word) => weakWords.has(word)).length;
  return strong > 0 && strong + weak >= FEWEST_WORDS && (strong + weak) * WORDS_A_SENTENCE_WORD >= own.length;
}

interface Taken {
  readonly words: readonly string[];
  readonly told: string | undefined;
  readonly current: string;
}

/** The recognizer takes it for this language, and neither letters nor words speak against it. */
function isTakenFor(language: string, { words, told, current }: Taken): boolean {
  if (told === undefined || !isSameLanguage(told, language) || words.length < FEWEST_UNKNOWN_WORDS)
    return false;
  const own = inScriptOf(language, words);
  if ((words.length - own.length) * WORDS_A_FOREIGN_ONE > words.length) return false;
  const before = knownLanguage(current);
  const ofBefore = words.filter((word) => before && LANGUAGES[before].telling.sentenceWords.has(word));
  return ofBefore.length * WORDS_A_SENTENCE_WORD < words.length;
}

function inScriptOf(language: string, words: readonly string[]): readonly string[] {
  const letter = scriptOf(language);
  return letter ? words.filter((word) => letter.test(word)) : words;
}

function isSameScript(a: string, b: string): boolean {
  return scriptOf(a)?.source === scriptOf(b)?.source;
}

function isNumber(word: string): boolean {
  return /\p{N}/u.test(word) || Object.values(LANGUAGES).some(({ numbers }) => numbers.has(word));
}

/** "OK", "mhm": the same in every language. */
function isSound(word: string): boolean {
  return Object.values(LANGUAGES).every(({ backchannels }) => backchannels.includes(unstretched(word)));
}

function primary(tag: string): string {
  return tag.toLowerCase().split('-', 1)[0] ?? tag;
}

interface Request {
  readonly asks: RegExp;
  readonly language: KnownLanguage;
}

const NAMES = Object.keys(LANGUAGES) as KnownLanguage[];

/** In whichever language they are said. */
const REQUESTS: readonly Request[] = Object.values(LANGUAGES).flatMap(({ telling }) =>
  NAMES.map((language) => ({ language, asks: requestOf(telling, language) })),
);

/** Up to the end of the clause: "можно меню на английском" and "do you have Russian tea" ask for something else. */
function requestOf(
  { asks, between, names, after, not }: (typeof LANGUAGES)[KnownLanguage]['telling'],
  language: KnownLanguage,
): RegExp {
  const oneOf = (phrases: readonly string[]) =>
    `(?:${phrases.toSorted((a, b) => b.length - a.length).join('|')})`;
  const name = oneOf(names[language] ?? []);
  const behind = `(?: ${oneOf([...after.split(' '), ...between.split(' ')])})*$`;
  const begun = `(?<=^|\\s)${not.map((word) => `(?<!(?:^|\\s)${word} )`).join('')}`;
  const asked = `${begun}${oneOf(asks)}(?: ${oneOf(between.split(' '))})* ${name}${behind}`;
  const named = `^(?:${oneOf(between.split(' '))} )*${name} ${oneOf([...asks, ...after.split(' ')])}${behind}`;
  return new RegExp(`${asked}|${named}`, 'u');
}
