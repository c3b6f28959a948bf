import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KnownLanguage } from './language-of.ts';
import { readNumbers, withDigits } from './spoken-numbers.ts';
import { wordsOf } from './words.ts';

const read = (text: string, language: KnownLanguage) => withDigits(wordsOf(text), language).join(' ');

const DIGITS: Readonly<Record<KnownLanguage, string>> = {
  ru: 'ноль один два три четыре пять шесть семь восемь девять',
  en: 'zero one two three four five six seven eight nine',
  he: 'אפס אחת שתיים שלוש ארבע חמש שש שבע שמונה תשע',
};

describe('numbers in words', () => {
  it.each<[KnownLanguage, string, string]>([
    ['ru', 'восемь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят девять', '89123456789'],
    ['ru', 'мне двадцать пять лет', 'мне 25 лет'],
    ['ru', 'тысяча двести', '1200'],
    ['ru', 'сто двадцать пять тысяч', '125000'],
    ['ru', '5 тысяч триста', '5300'],
    ['ru', 'плюс семь 912 345-67-89', 'плюс 79123456789'],
    ['ru', 'ноль ноль семь', '007'],
    ['en', 'nine one two', '912'],
    ['en', 'nineteen eighty four', '1984'],
    ['en', 'two hundred thousand', '200000'],
    ['en', 'four double five oh one', '45501'],
    ['en', 'oh I see two', 'oh i see 2'],
    ['en', 'a double room', 'a double room'],
    ['en', 'double', 'double'],
    ['en', 'one thousand two hundred and five', '1205'],
    ['en', 'room two hundred and the key', 'room 200 and the key'],
    ['en', 'five and six', '5 and 6'],
    ['he', 'עשרים ושלוש', '23'],
    ['he', 'חמש עשרה', '15'],
    ['he', 'אפס חמש ארבע', '054'],
    ['he', 'שלוש מאות וחמישים', '350'],
  ])('%s: %s', (language, text, expected) => {
    expect(read(text, language)).toBe(expected);
  });

  it.each<KnownLanguage>(['ru', 'en', 'he'])('dictated digit by digit in %s are those digits', (language) => {
    const words = DIGITS[language].split(' ');
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 16 }), (digits) => {
        expect(read(digits.map((digit) => words[digit]).join(' '), language)).toBe(digits.join(''));
      }),
    );
  });

  it('keep the groups in which they were said', () => {
    expect(readNumbers(wordsOf('восемь девятьсот двенадцать'), 'ru')).toEqual([
      { digits: '8' },
      { digits: '912' },
    ]);
  });

  it('change nothing where there are none', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('который', 'час', 'hello', 'מה')), (words) => {
        expect(withDigits(words, 'ru')).toEqual(words);
      }),
    );
  });
});
