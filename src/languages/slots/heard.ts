/** An utterance, as the readers of slots look at it. */
import { knownLanguage, languageByScript } from '../registry.ts';
import type { KnownLanguage } from '../registry.ts';
import { numberWord } from '../number-words.ts';
import { readNumbers, type Spoken } from '../spoken-numbers.ts';
import { wordsOf } from '../words.ts';
import { englishSlots } from './en-slots.ts';
import { hebrewSlots } from './he-slots.ts';
import { russianSlots } from './ru-slots.ts';
import type { SlotWords } from './slot-words.ts';

const SLOT_WORDS: Readonly<Record<KnownLanguage, SlotWords>> = {
  ru: russianSlots,
  en: englishSlots,
  he: hebrewSlots,
};

/** The longest entry of the tables, in words. */
const LONGEST_PHRASE = 4;

export interface Heard {
  readonly text: string;
  readonly language: KnownLanguage;
  readonly table: SlotWords;
  /** In the language in which the caller is answered, which may be another one than that of an address. */
  readonly spoken: SlotWords['spoken'];
  readonly words: readonly string[];
  /** With numbers read, and what clings to a word taken off it. */
  readonly items: readonly Spoken[];
}

/** `tag` is what the caller is thought to speak; letters that are another language's own say otherwise. */
export function heard(text: string, tag: string): Heard {
  const language = languageByScript(text) ?? latinLanguage(tag, text);
  const table = SLOT_WORDS[language];
  const words = inOrder(
    wordsOf(respelled(text, language)).flatMap((word) => apart(word)),
    language,
  );
  const { spoken } = SLOT_WORDS[knownLanguage(tag) ?? language];
  return {
    text,
    language,
    table,
    spoken,
    words,
    items: numbersApart(unprefixed(words, language, table), language, table),
  };
}

function latinLanguage(tag: string, text: string): KnownLanguage {
  const known = knownLanguage(tag);
  return known === undefined || (known !== 'en' && /[a-z]/i.test(text)) ? 'en' : known;
}

/** With numbers read; the Hebrew Monday is called as the number two is. */
function numbersApart(
  words: readonly string[],
  language: KnownLanguage,
  table: SlotWords,
): readonly Spoken[] {
  const weekday = words.findIndex(
    (word, at) => table.dayMarks.has(words[at - 1] ?? '') && table.weekdays.some((name) => name.test(word)),
  );
  if (weekday < 0) return readNumbers(words, language);
  return [
    ...readNumbers(words.slice(0, weekday), language),
    { word: words[weekday] ?? '' },
    ...numbersApart(words.slice(weekday + 1), language, table),
  ];
}

/** «Тысяч пять» is about five thousand, and no thousand and five. */
const TURNED = new Set(['тысяч', 'миллионов']);

function inOrder(words: readonly string[], language: KnownLanguage): readonly string[] {
  const isNumber = (word = '') => numberWord(word, language)?.kind === 'addend' || /^\d+$/.test(word);
  const at = words.findIndex(
    (word, place) => TURNED.has(word) && !isNumber(words[place - 1]) && isNumber(words[place + 1]),
  );
  if (at < 0) return words;
  const end = words.findIndex((word, place) => place > at && !isNumber(word));
  const count = words.slice(at + 1, end < 0 ? undefined : end);
  return [...words.slice(0, at), ...count, words[at] ?? '', ...words.slice(at + 1 + count.length)];
}

/** `12 000` and `1,500` as one number, `a.m.` as one word, and the twelve of Hebrew men as that of women. */
function respelled(written: string, language: KnownLanguage): string {
  const text = written.replaceAll(/(?<!\p{L})([ap])\.\s?m(?!\p{L})\.?/giu, '$1m');
  const grouped = text.replaceAll(/(\d)[  ](?=\d{3}(?!\d))/g, '$1');
  if (language === 'ru') return grouped;
  return grouped.replaceAll(/(\d),(?=\d{3}(?!\d))/g, '$1').replaceAll(/שנים(?=[ -]עשר)/g, 'שניים');
}

/** `5th` as 5 and what makes it the fifth. */
function apart(word: string): readonly string[] {
  const [, digits, ending] = /^(\d+)(st|nd|rd|th|go|ый|го|ое|е|м|pm|am|p|a)$/.exec(word) ?? [];
  if (digits === undefined) return [word];
  if (ending === undefined || ending === 'м') return [digits];
  return /^[ap]m?$/.test(ending) ? [digits, `${ending.slice(0, 1)}m`] : [digits, ending];
}

/** Hebrew: `בחמש` as `ב חמש`. */
function unprefixed(words: readonly string[], language: KnownLanguage, table: SlotWords): readonly string[] {
  if (table.prefixes === '') return words;
  return words.flatMap((word) => {
    const [first = ''] = word;
    const rest = word.slice(1);
    if (rest.length < 2 || !table.prefixes.includes(first)) return [word];
    const isNumber = 'digits' in (readNumbers([rest], language)[0] ?? {}) && !table.fillers.has(word);
    const isKnown = table.months.some((month) => month.test(rest)) || /^\d+$/.test(rest);
    const isWhole = 'digits' in (readNumbers([word], language)[0] ?? {});
    return (isNumber || isKnown) && !(isWhole && first !== 'ו') && first !== 'ו' ? [first, rest] : [word];
  });
}

/** How many words from `at` on are a phrase of `set`; 0: none. The longest counts. */
export function phraseAt(words: readonly string[], at: number, set: ReadonlySet<string>): number {
  for (let length = Math.min(LONGEST_PHRASE, words.length - at); length > 0; length--)
    if (set.has(words.slice(at, at + length).join(' '))) return length;
  return 0;
}

/** Words, numbers as digits, in the order said. */
export function plainItems(items: readonly Spoken[]): readonly string[] {
  return items.map((item) => ('digits' in item ? item.digits : item.word));
}

export function isFiller(word: string, { table }: Heard): boolean {
  return table.fillers.has(word) || table.ordinalMarks.has(word);
}
