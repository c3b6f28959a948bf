/**
 * Which words of a text are private by what stands around them, in every language that is known, whatever the call's own is: numbers that
 * are dictated as words, e-mail addresses, streets, and what is spelt. Over-careful on purpose.
 */
import { LANGUAGES } from '../../languages/registry.ts';

/** A run of letters and digits of a text. */
export interface TextWord {
  readonly text: string;
  /** As the tables of languages have it. */
  readonly plain: string;
  /** Where it begins, and where it ends. */
  readonly from: number;
  readonly to: number;
}

const TABLES = Object.values(LANGUAGES).map(({ privacy }) => privacy);
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const MAIL = /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+\s?@\s?[\p{L}\p{N}.-]+/gu;

/** So many words of numbers in a row are a number that somebody might be known by, not "one moment". */
const DICTATED_WORDS = 2;
/** So many single letters in a row are a word that is spelt. */
const SPELT_LETTERS = 3;
/** Of an address that is spoken, words on either side of "at"; of a street's name. */
const MAIL_WORDS = 6;
const STREET_WORDS = 2;

export function textWords(text: string): readonly TextWord[] {
  return [...text.matchAll(WORD)].map(({ 0: word, index }) => ({
    text: word,
    plain: word.toLowerCase().replaceAll('ё', 'е'),
    from: index,
    to: index + word.length,
  }));
}

/** Part of no name, street or address. */
export function isPlain(plain: string): boolean {
  return TABLES.some((table) => table.plain.has(plain));
}

/** The first groups of what looks like an introduction. */
export function introduced(text: string): readonly string[] {
  return TABLES.flatMap(({ introductions }) =>
    introductions.flatMap((introduction) => [...text.matchAll(introduction)].map(([, names = '']) => names)),
  );
}

/**
 * How far what belongs together may reach. The bot's words are spoken and masked sentence by sentence, and must come to the same as a whole;
 * a recognizer puts full stops into what somebody dictates.
 */
export type Reach = 'sentence' | 'text';

/** The places, in `textWords(text)`, of what is private. */
export function privateWords(text: string, reach: Reach): ReadonlySet<number> {
  const words = textWords(text);
  return new Set([
    ...dictated(words, text, reach),
    ...spelt(words, text, reach),
    ...writtenMail(words, text),
    ...spokenMail(words, text),
    ...streets(words, text),
  ]);
}

/** A number goes on over what may stand in it. */
function* dictated(words: readonly TextWord[], text: string, reach: Reach): Iterable<number> {
  const isNumber = words.map(({ plain }) => isNumberWord(plain));
  for (let from = 0; from < words.length; from++) {
    if (!isNumber[from]) continue;
    const run = [from];
    for (let at = from + 1; at < words.length && !isApart(text, words, at - 1, reach); at++)
      if (isNumber[at]) run.push(at);
      else if (!isLink(words[at]) || !isNumber[at + 1]) break;
    const said = run.map((at) => words[at]?.plain).join(' ');
    if (run.length >= DICTATED_WORDS && !TABLES.some((table) => table.noNumbers.has(said))) yield* run;
    from = run.at(-1) ?? from;
  }
}

function isNumberWord(plain: string): boolean {
  return /^\p{Nd}+$/u.test(plain) || TABLES.some((table) => table.number.test(plain));
}

function isLink(word: TextWord | undefined): boolean {
  return TABLES.some((table) => table.numberLinks.has(word?.plain ?? ''));
}

function* spelt(words: readonly TextWord[], text: string, reach: Reach): Iterable<number> {
  let run: number[] = [];
  for (let at = 0; at <= words.length; at++) {
    const isLetter = /^\p{L}\p{M}*$/u.test(words[at]?.text ?? '');
    if (!isLetter || isApart(text, words, at - 1, reach)) {
      if (run.length >= SPELT_LETTERS) yield* run;
      run = [];
    }
    if (isLetter) run.push(at);
  }
}

function* writtenMail(words: readonly TextWord[], text: string): Iterable<number> {
  for (const { 0: mail, index } of text.matchAll(MAIL))
    for (const [at, { from, to }] of words.entries()) if (from < index + mail.length && to > index) yield at;
}

/** "Ivan dot petrov at mail dot ru": what follows "at" has a dot, what stands before it goes back to a word that is none of an address. */
function* spokenMail(words: readonly TextWord[], text: string): Iterable<number> {
  for (const [at, { plain, to }] of words.entries()) {
    if (!TABLES.some((table) => table.at.has(plain))) continue;
    const last = lastOfDomain(words, text, at + 1);
    if (last === undefined || text.slice(to, words[last + 1]?.from).includes('@')) continue;
    yield* backwards(words, text, at, MAIL_WORDS);
    for (let place = at; place <= last; place++) yield place;
  }
}

/** "mail dot ru", "mail.ru", "yahoo dot co dot uk", from word `at` on; undefined if it has no dot. */
function lastOfDomain(words: readonly TextWord[], text: string, at: number): number | undefined {
  let last = at;
  for (;;) {
    const isSaid = TABLES.some(({ dot }) => dot.has(words[last + 1]?.plain ?? ''));
    const next = isSaid ? last + 2 : between(text, words, last) === '.' ? last + 1 : words.length;
    if (next >= words.length || isApart(text, words, last, 'sentence')) return last > at ? last : undefined;
    last = next;
  }
}

function* streets(words: readonly TextWord[], text: string): Iterable<number> {
  for (const [at, { plain }] of words.entries())
    for (const { streets: names, streetName } of TABLES) {
      if (!names.has(plain)) continue;
      if (streetName === 'before') yield* backwards(words, text, at, STREET_WORDS);
      for (let place = at + 1; streetName === 'after' && place <= at + STREET_WORDS; place++) {
        const word = words[place];
        const isAbbreviated = place === at + 1 && plain.length < 4 && between(text, words, at).trim() === '.';
        if (!word || isPlain(word.plain) || between(text, words, place - 1).includes(',')) break;
        if (!isAbbreviated && isApart(text, words, place - 1, 'sentence')) break;
        yield place;
      }
    }
}

/** The words before `at`, at most so many, back to one that is plain. */
function* backwards(words: readonly TextWord[], text: string, at: number, most: number): Iterable<number> {
  for (let place = at - 1; place >= Math.max(0, at - most); place--) {
    if (isPlain(words[place]?.plain ?? '') || isApart(text, words, place, 'sentence')) return;
    yield place;
  }
}

/** What stands after word `at`, before the next. */
function between(text: string, words: readonly TextWord[], at: number): string {
  return text.slice(words[at]?.to ?? 0, words[at + 1]?.from);
}

/** Whether word `at` and the next belong to different things: chunks in any case, sentences where they are not reached over. */
function isApart(text: string, words: readonly TextWord[], at: number, reach: Reach): boolean {
  const gap = between(text, words, at);
  return /[|\n]/.test(gap) || (reach === 'sentence' && /[.!?;:…][^\p{L}\p{N}]/u.test(gap));
}
