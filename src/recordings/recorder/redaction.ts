/**
 * Masks what is private in a recorded call before it touches the disk: digits, numbers that were dictated as words, and names. A mask is
 * as long as what it hides, so that tokens, chunks and words keep their places. What is found is found by rules: names that nobody
 * introduced and that begin a sentence stay.
 */
import { languageOf } from '../../languages/language-of.ts';
import { numberWord } from '../../languages/number-words.ts';
import { wordsOf } from '../../languages/words.ts';

const DIGIT = '0';
const LETTER = 'x';

/** So many number words in a row are a dictated number, not "one moment". */
const DICTATED_WORDS = 3;

/** After these words somebody says a name. */
const INTRODUCTIONS = [
  /(?:меня зовут|моё имя|мое имя|моя фамилия|фамилия|это говорит)\s+((?:\p{L}+[\s-]?){1,3})/giu,
  /(?:my name is|my name's|this is mr|this is mrs|this is ms)\s+((?:\p{L}+[\s-]?){1,3})/giu,
  /(?:קוראים לי|שמי|השם שלי)\s+((?:\p{L}+[\s-]?){1,3})/giu,
];

/** A capital in the middle of a sentence. */
const NAME_INSIDE = /(?<=[\p{Ll}\p{N},;:–—-]\s+)\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)*/gu;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

export class Mask {
  readonly #language: string;
  readonly #names = new Set<string>();
  /** What was said with a dictated number in it: the first words of a number are private as soon as more follow. */
  readonly #dictated: string[] = [];

  /** `language`: BCP-47, in which the call is spoken. */
  constructor(language: string) {
    this.#language = language;
  }

  /** Looks for names in what was said; they are masked wherever they are said. */
  learn(text: string): void {
    for (const introduction of INTRODUCTIONS)
      for (const [, names = ''] of text.matchAll(introduction)) this.#learnWords(names);
    for (const [name] of text.matchAll(NAME_INSIDE)) this.#learnWords(name);
    if (this.#withoutDictated(text) !== text) this.#dictated.push(text);
  }

  /** A name that is known from elsewhere, such as the caller's. */
  learnName(name: string): void {
    this.#learnWords(name);
  }

  /** The same text, as long as before. */
  masked(text: string): string {
    const whole = this.#dictated.find((known) => known.length > text.length && known.startsWith(text));
    return this.#maskedWhole(whole ?? text).slice(0, text.length);
  }

  /** The words of a text, each as it is masked there; one that is not in it, but in other letters, is masked if anything is. */
  maskedWords(words: readonly string[], text: string): readonly string[] {
    const masked = this.masked(text);
    let at = 0;
    return words.map((word) => {
      const found = text.indexOf(word, at);
      if (found < 0) return this.hides(text) ? hidden(word) : word;
      at = found + word.length;
      return masked.slice(found, at);
    });
  }

  #maskedWhole(text: string): string {
    const withoutNames = text.replace(WORD, (word) => (this.#isName(word) ? hidden(word) : word));
    return this.#withoutDictated(withoutNames).replace(/\p{Nd}/gu, DIGIT);
  }

  /** Whether there is anything to mask. */
  hides(text: string): boolean {
    return this.masked(text) !== text || /\p{Nd}/u.test(text);
  }

  #learnWords(text: string): void {
    for (const [word] of text.matchAll(WORD)) if (word.length > 1) this.#names.add(word.toLowerCase());
  }

  #isName(word: string): boolean {
    return this.#names.has(word.toLowerCase());
  }

  #withoutDictated(text: string): string {
    const words = [...text.matchAll(WORD)];
    const isNumber = words.map(([word]) => this.#isNumber(word));
    let masked = text;
    for (const [at, { 0: word, index }] of words.entries()) {
      if (!isNumber[at] || runAround(isNumber, at) < DICTATED_WORDS) continue;
      masked = masked.slice(0, index) + hidden(word) + masked.slice(index + word.length);
    }
    return masked;
  }

  #isNumber(word: string): boolean {
    const [plain = ''] = wordsOf(word);
    return numberWord(plain, languageOf(this.#language, plain)) !== undefined;
  }
}

function hidden(word: string): string {
  return word.replace(/\p{Nd}/gu, DIGIT).replace(/[^\p{Nd}]/gu, LETTER);
}

/** How many in a row are true around `at`. */
function runAround(flags: readonly boolean[], at: number): number {
  let from = at;
  let to = at;
  while (flags[from - 1]) from--;
  while (flags[to + 1]) to++;
  return to - from + 1;
}
