/**
 * Masks what is private in a recorded call before it touches the disk: digits, numbers that were dictated as words, names, e-mail
 * addresses, streets. A mask is as long as what it hides, so that tokens, chunks and words keep their places. What is found is found by
 * rules, whatever the language: names that nobody introduced and that begin a sentence stay.
 */
import { introduced, isPlain, privateWords, textWords } from './private-words.ts';
import type { Reach, TextWord } from './private-words.ts';

const DIGIT = '0';
const LETTER = 'x';

/** A capital in the middle of a sentence. */
const NAME_INSIDE = /(?<=[\p{Ll}\p{N},;:–—-]\s+)\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)*/gu;
const CAPITAL = /^\p{Lu}/u;
const CYRILLIC = /^\p{Script=Cyrillic}+$/u;
const HEBREW = /^[ולבהמשכ]\p{Script=Hebrew}{2,}$/u;

/** A Russian name is told by so many letters at least, in all of its cases, which add so many. */
const LEAST_STEM = 3;
const LONGEST_ENDING = 3;

export class Mask {
  /** What the operator wrote for the bot: no names that a caller told. */
  readonly #own: ReadonlySet<string>;
  readonly #names = new Set<string>();
  /** Russian names without what changes from case to case. */
  readonly #stems = new Set<string>();
  /** What was said with something in it that only the whole of it gives away: its first words are private as soon as more follow. */
  readonly #wholes = new Map<string, Reach>();

  /** `own`: the bot's profile, whose capitals tell nobody's name. */
  constructor(own = '') {
    this.#own = new Set(textWords(own).map(({ plain }) => plain));
  }

  /** Looks for names in what the caller said; they are masked wherever they are said. */
  learn(text: string): void {
    for (const names of introduced(text)) this.#learnIntroduced(names);
    for (const [name] of text.matchAll(NAME_INSIDE)) this.learnName(name);
    this.#learnWhole(text, 'text');
  }

  /** Looks for names in what the bot said, or is about to say. */
  learnFromBot(text: string): void {
    for (const [name] of text.matchAll(NAME_INSIDE))
      for (const word of textWords(name)) if (!this.#own.has(word.plain)) this.#learnWord(word);
    this.#learnWhole(text, 'sentence');
  }

  /** A name that is known from elsewhere, such as the caller's. */
  learnName(name: string): void {
    for (const word of textWords(name)) this.#learnWord(word);
  }

  /** The same text, as long as before. */
  masked(text: string): string {
    const [whole, reach] = [...this.#wholes].find(([known]) => known.startsWith(text)) ?? [text, 'sentence'];
    return this.#maskedWhole(whole, reach).slice(0, text.length);
  }

  /** What the caller said, in which full stops may stand inside a number. */
  maskedCaller(text: string): string {
    return this.#maskedWhole(this.masked(text), 'text');
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

  /** Whether there is anything to mask. */
  hides(text: string): boolean {
    return this.masked(text) !== text || /\p{Nd}/u.test(text);
  }

  #maskedWhole(text: string, reach: Reach): string {
    const secret = privateWords(text, reach);
    let masked = '';
    let done = 0;
    for (const [at, word] of textWords(text).entries()) {
      masked += text.slice(done, word.from);
      masked += secret.has(at) || this.#isName(word) ? hidden(word.text) : word.text;
      done = word.to;
    }
    return (masked + text.slice(done)).replace(/\p{Nd}/gu, DIGIT);
  }

  #learnWhole(text: string, reach: Reach): void {
    if (privateWords(text, reach).size > 0) this.#wholes.set(text, reach);
  }

  /** Up to the first word that is part of no name, and where capitals are written, of those that have one. */
  #learnIntroduced(names: string): void {
    const words = textWords(names);
    const areCapital = CAPITAL.test(words[0]?.text ?? '');
    for (const word of words) {
      if (isPlain(word.plain) || (areCapital && !CAPITAL.test(word.text))) return;
      this.#learnWord(word);
    }
  }

  #learnWord({ plain }: TextWord): void {
    if (plain.length < 2 || isPlain(plain)) return;
    this.#names.add(plain);
    const stem = plain.replace(/[аеиоуыэюяйь]{1,2}$/u, '');
    if (CYRILLIC.test(plain) && stem.length >= LEAST_STEM) this.#stems.add(stem);
  }

  #isName({ plain }: TextWord): boolean {
    if (this.#names.has(plain)) return true;
    if (HEBREW.test(plain)) return this.#names.has(plain.slice(1));
    if (!CYRILLIC.test(plain)) return false;
    const endings = Array.from({ length: LONGEST_ENDING + 1 }, (_, letters) =>
      plain.slice(0, plain.length - letters),
    );
    return endings.some((stem) => this.#stems.has(stem));
  }
}

function hidden(word: string): string {
  return word.replace(/\p{Nd}/gu, DIGIT).replace(/[^\p{Nd}]/gu, LETTER);
}
