import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endingOf, type Ending } from './ending.ts';

const RUSSIAN: Readonly<Record<Ending, readonly string[]>> = {
  complete: [
    'Который час?',
    'Я хотел бы записаться к врачу.',
    'Да.',
    'Спасибо!',
    'восемь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят девять',
    'мой номер 8 912 345 67 89',
    '+7 912 345-67-89',
    'девять один два три четыре пять шесть семь восемь девять',
  ],
  plain: [
    '',
    'я хотел бы записаться к врачу',
    'да',
    'нет не надо',
    'мне двадцать пять',
    'двадцать пять',
    'столик на семь тридцать',
    'на двоих',
    'два билета',
    'мне нужно два',
    'что',
    'сколько это стоит',
    'мой дом рядом с метро',
    'непонятно за что',
  ],
  comma: ['Добрый день,', 'во-первых,', 'есть два варианта:', 'ну хорошо —'],
  open: [
    'я хочу записаться к',
    'мне нужно в',
    'хочу узнать цену и',
    'я звоню потому что',
    'я не могу прийти потому',
    'здравствуйте меня зовут',
    'я бы хотел э-э',
    'мне нужен эээ',
    'ну',
    'Ну...',
    'мой адрес это самое',
    'сейчас',
    'одну минутку',
    'это который',
    'Хочу заказать и.',
    'плюс',
    'дело в том что',
    'Я хотел бы…',
  ],
  digit: ['восемь', '8', 'ну восемь', 'мой номер восемь', '+7', 'плюс семь', 'ноль'],
  dictation: [
    'восемь девять',
    'восемь девятьсот двенадцать',
    'девятьсот двенадцать',
    'мой телефон восемь девятьсот',
    '8 912 345',
    '8912345',
    'номер карты четыре два семь шесть',
    'запишите восемь девятьсот двенадцать',
    'восемь девятьсот двенадцать триста сорок пять шестьдесят семь',
    '8 912.',
    'код двадцать',
  ],
};

const ENGLISH: typeof RUSSIAN = {
  complete: [
    'What time is it?',
    "I'd like to book a table.",
    'Where are you from?',
    'two one two five five five oh one double nine',
    '1 212 555 0199',
  ],
  plain: [
    '',
    'yes',
    'where are you from',
    "i'd like to book a table",
    'at seven thirty',
    'twenty five',
    'for two',
  ],
  comma: ['Well done,', 'two things:'],
  open: [
    "i'd like to book a table for",
    'i need a ticket to',
    'yes but',
    'my name is',
    'can i have the',
    'um',
    'ummm',
    'i want',
    'let me see',
    "it's um...",
    'four double',
    'because',
    'so i',
  ],
  digit: ['two', 'uh five', 'my number is two'],
  dictation: [
    'two one',
    'double seven',
    'two one two',
    '212 555',
    'my number is two one',
    'my phone number is 55',
  ],
};

const HEBREW: typeof RUSSIAN = {
  complete: ['מה השעה?', 'תודה רבה.', 'אפס חמש ארבע אחת שתיים שלוש ארבע חמש שש שבע', '054-1234567'],
  plain: ['', 'כן', 'אני רוצה לקבוע תור', 'מי את', 'עשרים ושלוש'],
  comma: ['שלום,'],
  open: ['אני רוצה', 'אני רוצה לקבוע תור עם', 'כן אבל', 'קוראים לי', 'אממ', 'אההה', 'רגע', 'הספר של', 'בגלל'],
  digit: ['אפס', 'המספר שלי חמש'],
  dictation: ['אפס חמש', 'אפס חמש ארבע', 'המספר הוא אפס חמש'],
};

describe.each([
  ['ru-RU', RUSSIAN],
  ['en-US', ENGLISH],
  ['he-IL', HEBREW],
])('the end of a text in %s', (language, endings) => {
  const examples = Object.entries(endings).flatMap(([ending, texts]) =>
    texts.map((text) => ({ ending, text })),
  );

  it.each(examples)('is $ending: $text', ({ ending, text }) => {
    expect(endingOf(text, language)).toBe(ending);
  });

  it.each(examples.filter(({ text }) => /\p{L}/u.test(text)))(
    'is $ending without being told the language: $text',
    ({ ending, text }) => {
      expect(endingOf(text, 'auto')).toBe(ending);
    },
  );
});

describe('the end of any text', () => {
  it('does not depend on case, or on space around it', () => {
    const words = Object.values(RUSSIAN).flat();
    fc.assert(
      fc.property(fc.constantFrom(...words), (text) => {
        expect(endingOf(`  ${text.toUpperCase()} `, 'ru-RU')).toBe(endingOf(text, 'ru-RU'));
      }),
    );
  });

  it('can always be told', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (text, language) => void endingOf(text, language)));
  });
});
