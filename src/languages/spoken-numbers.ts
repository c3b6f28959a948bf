/** Reads numbers out of words, the way people dictate them: `восемь девятьсот двенадцать` is 8 912. Pure. */
import type { KnownLanguage } from './language-of.ts';
import type { Language } from './language.ts';
import { numberWord, type NumberWord } from './number-words.ts';
import { LANGUAGES } from './registry.ts';

/** A word, or a number that was said in one breath: 912, not 8 912. */
export type Spoken = { readonly word: string } | { readonly digits: string };

/** What was said, word by word, with numbers read. `words` are those of `wordsOf`. */
export function readNumbers(words: readonly string[], language: KnownLanguage): readonly Spoken[] {
  const spoken: Spoken[] = [];
  let number: NumberReader | undefined;
  const endNumber = () => {
    if (number) spoken.push({ digits: number.digits });
    number = undefined;
  };
  const plain = withoutRepeats(words, language);
  for (const [at, word] of plain.entries()) {
    const part = partOf(word, language, number !== undefined || leadsDigits(plain.slice(at + 1), language));
    if (part && number?.take(part)) continue;
    if (number && isJoint(word, language) && number.goesOnWith(partOf(plain[at + 1] ?? '', language, true)))
      continue;
    endNumber();
    if (part) number = new NumberReader(part);
    else spoken.push({ word });
  }
  endNumber();
  return spoken;
}

/** The same words with every number, whatever its groups, as one word of digits. */
export function withDigits(words: readonly string[], language: KnownLanguage): string[] {
  const whole: string[] = [];
  let isNumber = false;
  for (const item of readNumbers(words, language)) {
    const wasNumber = isNumber;
    isNumber = 'digits' in item;
    if ('word' in item) whole.push(item.word);
    else if (wasNumber) whole.push(`${whole.pop() ?? ''}${item.digits}`);
    else whole.push(item.digits);
  }
  return whole;
}

/** How many digits there are if each word was said by itself: `two hundred`, then `five`, are four of them, and three together. */
export function digitsApart(words: readonly string[], language: KnownLanguage): number {
  return withoutRepeats(words, language).reduce((count, word) => {
    const part = partOf(word, language, true);
    if (part?.kind === 'literal') return count + part.digits.length;
    return part?.kind === 'addend' ? count + String(part.value).length : count;
  }, 0);
}

/** `double five`, `две пятёрки` as 55. */
function withoutRepeats(words: readonly string[], language: KnownLanguage): string[] {
  const plain: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const repeat = numberWord(word, language);
    const { digitNouns }: Language = LANGUAGES[language];
    const noun = digitNouns.get(words[at + 1] ?? '');
    const times = /^[2-9]$/.test(word) ? Number(word) : repeat?.kind === 'addend' ? repeat.value : 0;
    if (noun !== undefined && times >= 2 && times <= 9) {
      plain.push(String(noun).repeat(times));
      at++;
      continue;
    }
    const digit = repeat?.kind === 'repeat' ? partOf(words[at + 1] ?? '', language, true) : undefined;
    if (repeat?.kind === 'repeat' && digit?.kind === 'addend' && digit.value < 10) {
      plain.push(String(digit.value).repeat(repeat.times));
      at++;
    } else plain.push(word);
  }
  return plain;
}

/** `oh four one`: before one digit alone it may be only a sound. */
function leadsDigits(words: readonly string[], language: KnownLanguage): boolean {
  return [words[0], words[1]].every((word = '') => {
    const part = partOf(word, language, true);
    return part?.kind === 'literal' || (part?.kind === 'addend' && part.value < 10);
  });
}

/** `and` of `two hundred and five`. */
function isJoint(word: string, language: KnownLanguage): boolean {
  const { numberJoint }: Language = LANGUAGES[language];
  return word === numberJoint;
}

/** What can stand in a number. A literal, which was written in digits, keeps its leading zeros. */
type Part =
  | Exclude<NumberWord, { readonly kind: 'oh' | 'repeat' }>
  | { readonly kind: 'literal'; readonly digits: string };

function partOf(word: string, language: KnownLanguage, isAmongDigits: boolean): Part | undefined {
  if (/^\d+$/.test(word)) return { kind: 'literal', digits: word };
  const meaning = numberWord(word, language);
  if (meaning?.kind === 'repeat') return undefined;
  if (meaning?.kind !== 'oh') return meaning;
  return isAmongDigits ? { kind: 'addend', value: 0 } : undefined;
}

class NumberReader {
  /** As it was written, if it was written in digits. */
  #literal: string | undefined;
  /** Of millions and thousands. */
  #groups = 0;
  #lastGroup = Infinity;
  #rest = 0;
  /** Only smaller numbers may follow. */
  #below = 0;
  /** The last word was tens in an oblique case. */
  #isOblique = false;

  constructor(first: Part) {
    if (first.kind === 'literal') {
      this.#literal = first.digits;
      this.#rest = Number(first.digits);
    } else if (first.kind === 'multiplier') this.#multiply(1, first.value);
    else this.#add(first.kind === 'teen' ? 10 : first.value);
    this.#isOblique = first.kind === 'addend' && first.isOblique === true;
  }

  get digits(): string {
    return this.#literal ?? String(this.#groups + this.#rest);
  }

  /** Takes the next part if it belongs to the same number. */
  take(part: Part): boolean {
    switch (part.kind) {
      case 'literal':
        return false;
      case 'multiplier':
        if (this.#rest === 0 || this.#rest >= part.value || part.value >= this.#lastGroup) return false;
        this.#multiply(this.#rest, part.value);
        return true;
      case 'teen':
        if (this.#below >= 100) this.#add(10);
        else if (this.#literal !== undefined || this.#below > 0 || !isUnit(this.#rest % 100)) return false;
        else this.#rest += 10;
        return true;
      case 'addend':
        if (part.value === 0 || part.value >= this.#below) return false;
        // «Без двадцати три» is no 23.
        if (this.#isOblique && part.isOblique !== true && this.#below === 10) return false;
        this.#add(part.value);
        this.#isOblique = part.isOblique === true;
        return true;
    }
  }

  /** Whether a joint may stand before this part: behind hundreds or thousands, and before something less. */
  goesOnWith(part: Part | undefined): boolean {
    return this.#below >= 100 && part?.kind === 'addend' && part.value > 0 && part.value < 100;
  }

  #add(value: number): void {
    if (value >= 1000) this.#groups += value;
    else this.#rest += value;
    this.#below = value >= 1000 ? 1000 : value >= 100 ? 100 : value >= 20 ? 10 : 0;
  }

  #multiply(count: number, by: number): void {
    this.#literal = undefined;
    this.#isOblique = false;
    if (by >= 1000) {
      this.#groups += count * by;
      this.#rest = 0;
      this.#lastGroup = by;
    } else this.#rest = count * by;
    this.#below = by;
  }
}

function isUnit(value: number): boolean {
  return value >= 1 && value <= 9;
}
