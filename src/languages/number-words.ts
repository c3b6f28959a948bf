/** The words of which spoken numbers are made, as recognizers write them. */
import type { KnownLanguage } from './language-of.ts';

export type NumberWord =
  /** 0 to 19, tens and hundreds: smaller ones may follow a larger one. */
  | { readonly kind: 'addend'; readonly value: number }
  /** Multiplies what stands before it. */
  | { readonly kind: 'multiplier'; readonly value: number }
  /** Hebrew: makes 13 of 3. */
  | { readonly kind: 'teen' }
  /** `double five` */
  | { readonly kind: 'repeat'; readonly times: number }
  /** A zero only among other digits. */
  | { readonly kind: 'oh' };

type Table = ReadonlyMap<string, NumberWord>;

/** `words[n]` holds the words for `values[n]`, apart by spaces. */
function addends(values: readonly number[], words: readonly string[]): [string, NumberWord][] {
  return words.flatMap((forms, at) =>
    forms.split('|').map((form): [string, NumberWord] => [form, { kind: 'addend', value: values[at] ?? 0 }]),
  );
}

const UP_TO_19 = Array.from({ length: 20 }, (_, value) => value);
const TENS = [20, 30, 40, 50, 60, 70, 80, 90];
const HUNDREDS = [100, 200, 300, 400, 500, 600, 700, 800, 900];

const RUSSIAN: Table = new Map([
  ...addends(
    UP_TO_19,
    (
      'ноль|нуль один|одна|одно два|две три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать ' +
      'четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать'
    ).split(' '),
  ),
  ...addends(TENS, 'двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто'.split(' ')),
  ...addends(HUNDREDS, 'сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот'.split(' ')),
  ...['тысяча', 'тысячи', 'тысяч'].map((word): [string, NumberWord] => [
    word,
    { kind: 'multiplier', value: 1000 },
  ]),
]);

const ENGLISH: Table = new Map([
  ...addends(
    UP_TO_19,
    (
      'zero|nought one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
      'eighteen nineteen'
    ).split(' '),
  ),
  ...addends(TENS, 'twenty thirty forty|fourty fifty sixty seventy eighty ninety'.split(' ')),
  ['hundred', { kind: 'multiplier', value: 100 }],
  ['thousand', { kind: 'multiplier', value: 1000 }],
  ['double', { kind: 'repeat', times: 2 }],
  ['triple', { kind: 'repeat', times: 3 }],
  ['oh', { kind: 'oh' }],
  ['o', { kind: 'oh' }],
]);

const HEBREW: Table = new Map([
  ...addends(
    UP_TO_19.slice(0, 10),
    'אפס אחת|אחד שתיים|שניים|שתי|שני שלוש|שלושה ארבע|ארבעה חמש|חמישה שש|שישה שבע|שבעה שמונה תשע|תשעה'.split(
      ' ',
    ),
  ),
  ...addends(TENS, 'עשרים שלושים ארבעים חמישים שישים שבעים שמונים תשעים'.split(' ')),
  ...addends([100, 200], ['מאה', 'מאתיים']),
  ['עשר', { kind: 'teen' }],
  ['עשרה', { kind: 'teen' }],
  ['מאות', { kind: 'multiplier', value: 100 }],
  ['אלף', { kind: 'multiplier', value: 1000 }],
  ['אלפים', { kind: 'multiplier', value: 1000 }],
]);

const TABLES: Readonly<Record<KnownLanguage, Table>> = { ru: RUSSIAN, en: ENGLISH, he: HEBREW };

/** What a word of `wordsOf` means in a number, if anything. Hebrew's "and" is part of its word. */
export function numberWord(word: string, language: KnownLanguage): NumberWord | undefined {
  const table = TABLES[language];
  return (
    table.get(word) ?? (language === 'he' && word.startsWith('ו') ? table.get(word.slice(1)) : undefined)
  );
}
