/** Whole numbers as they are said in full, 0 to 9999. */
import type { KnownLanguage } from '../language-of.ts';

const split = (text: string) => text.split(' ');

const RU_ONES = split(
  'ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать ' +
    'семнадцать восемнадцать девятнадцать',
);
const RU_TENS = split('двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто');
const RU_HUNDREDS = split('сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот');
const RU_THOUSANDS = split(
  '_ тысяча две_тысячи три_тысячи четыре_тысячи пять_тысяч шесть_тысяч семь_тысяч восемь_тысяч девять_тысяч',
);

function russian(number: number): string {
  const words: string[] = [];
  if (number >= 1000) words.push((RU_THOUSANDS[Math.floor(number / 1000)] ?? '').replace('_', ' '));
  if (number % 1000 >= 100) words.push(RU_HUNDREDS[Math.floor((number % 1000) / 100) - 1] ?? '');
  return withRest(words, number, (rest) => below100(rest, RU_ONES, RU_TENS, ' '));
}

const EN_ONES = split(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
);
const EN_TENS = split('twenty thirty forty fifty sixty seventy eighty ninety');

/** With the "and" of British callers, or without. */
function english(number: number, and: ' ' | ' and '): string {
  const words: string[] = [];
  const hundreds = Math.floor((number % 1000) / 100);
  if (number >= 1000) words.push(`${EN_ONES[Math.floor(number / 1000)] ?? ''} thousand`);
  if (hundreds > 0) words.push(`${EN_ONES[hundreds] ?? ''} hundred`);
  const rest = number % 100;
  if (words.length > 0 && rest > 0 && and === ' and ') words.push('and');
  return withRest(words, number, (of) => below100(of, EN_ONES, EN_TENS, ' '));
}

const HE_ONES = split(
  'אפס אחת שתיים שלוש ארבע חמש שש שבע שמונה תשע עשר אחת_עשרה שתים_עשרה שלוש_עשרה ארבע_עשרה חמש_עשרה שש_עשרה שבע_עשרה שמונה_עשרה תשע_עשרה',
).map((word) => word.replace('_', ' '));
const HE_MASCULINE = split(
  'אפס אחד שניים שלושה ארבעה חמישה שישה שבעה שמונה תשעה עשרה אחד_עשר שניים_עשר שלושה_עשר ארבעה_עשר חמישה_עשר שישה_עשר שבעה_עשר שמונה_עשר תשעה_עשר',
).map((word) => word.replace('_', ' '));
const HE_TENS = split('עשרים שלושים ארבעים חמישים שישים שבעים שמונים תשעים');
const HE_THOUSANDS = split('שלושת ארבעת חמשת ששת שבעת שמונת תשעת');

/** `ones`: feminine, as numbers are counted, or masculine. The last part has its "and". */
function hebrew(number: number, ones: readonly string[]): string {
  const thousands = Math.floor(number / 1000);
  const hundreds = Math.floor((number % 1000) / 100);
  const words: string[] = [];
  if (thousands === 1) words.push('אלף');
  else if (thousands === 2) words.push('אלפיים');
  else if (thousands > 2) words.push(`${HE_THOUSANDS[thousands - 3] ?? ''} אלפים`);
  if (hundreds === 1) words.push('מאה');
  else if (hundreds === 2) words.push('מאתיים');
  else if (hundreds > 2) words.push(`${HE_ONES[hundreds] ?? ''} מאות`);
  const rest = number % 100;
  if (rest >= 20 && rest % 10 > 0)
    words.push(HE_TENS[Math.floor(rest / 10) - 2] ?? '', ones[rest % 10] ?? '');
  else if (rest >= 20) words.push(HE_TENS[rest / 10 - 2] ?? '');
  else if (rest > 0 || number === 0) words.push(ones[rest] ?? '');
  const last = words.pop() ?? '';
  return words.length > 0 ? `${words.join(' ')} ו${last}` : last;
}

function withRest(words: string[], number: number, said: (rest: number) => string): string {
  if (number % 100 > 0 || number === 0) words.push(said(number % 100));
  return words.join(' ');
}

function below100(rest: number, ones: readonly string[], tens: readonly string[], joint: string): string {
  if (rest < 20) return ones[rest] ?? '';
  const ten = tens[Math.floor(rest / 10) - 2] ?? '';
  return rest % 10 === 0 ? ten : `${ten}${joint}${ones[rest % 10] ?? ''}`;
}

/** Every way in which the number is said in full. */
export const SAID: Readonly<Record<KnownLanguage, (number: number) => readonly string[]>> = {
  ru: (number) => [russian(number)],
  en: (number) => {
    const plain = english(number, ' ');
    const dashed = plain.replace(/(ty) (?=(?:one|two|three|four|five|six|seven|eight|nine)$)/, '$1-');
    return [...new Set([plain, english(number, ' and '), dashed])];
  },
  he: (number) => [hebrew(number, HE_ONES), hebrew(number, HE_MASCULINE)],
};
