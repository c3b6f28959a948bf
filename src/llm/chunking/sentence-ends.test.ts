import { describe, expect, it } from 'vitest';
import { endsSentence } from './sentence-ends.ts';

/** The mark shows the place that is asked about. */
const ASKED = '¦';

describe('a sentence ends', () => {
  it.each([
    'Мы открыты. ¦Приходите',
    'Правда? ¦да',
    'Стойте! ¦',
    'Он сказал: «Да.» ¦Потом ушёл',
    'It works. ¦Try it',
    'Подождите… ¦Сейчас',
    'Курс 90. ¦Завтра',
    'בוקר טוב. ¦מה שלומך',
    'هل أنت هنا؟ ¦نعم',
    '你好。¦再见',
    'Пишите на a@b.ru. ¦Ждём',
    'No. ¦We are closed',
    'Курс 89, потом 90. ¦Завтра',
  ])('at %s', (text) => {
    expect(asked(text)).toBe(true);
  });
});

describe('a sentence goes on', () => {
  it.each([
    '3.¦14',
    '1.¦000,50',
    'г. ¦Москва',
    'ул. ¦Ленина',
    'и т.д. ¦Потом',
    'и т. п. ¦Потом',
    'т.е. ¦Вы',
    '100 руб. ¦За',
    'А. ¦С. Пушкин',
    'А. С. ¦Пушкин',
    'J. R. R. ¦Tolkien',
    'Mr. ¦Smith',
    'e.g. ¦This',
    'U.S. ¦Government',
    'https://a.¦ru',
    'ivan@a.¦ru',
    'в 10.¦30',
    'Ну... ¦хорошо',
    'Ну… ¦хорошо',
    'Шаги: 1. ¦Откройте',
    '1. Курьер 2. ¦Самовывоз',
    'Есть 1. Курьер 2. Почта 3. ¦Самовывоз',
    'No. ¦5',
    'см. ¦Договор',
    'в т.ч. ¦НДС',
    'в т. ч. ¦НДС',
    'сокр. ¦слово',
    'слово ¦слово',
    'Что?¦!',
  ])('at %s', (text) => {
    expect(asked(text)).toBe(false);
  });
});

describe('in a pause of the model', () => {
  it.each<[string, boolean]>([
    ['Сейчас посмотрю.', true],
    ['Да!', true],
    ['Число 3.', false],
    ['Город г.', false],
    ['Room No.', false],
    ['слово', false],
  ])('%s is a whole sentence: %s', (text, whole) => {
    expect(endsSentence(text, '')).toBe(whole);
  });
});

function asked(text: string): boolean {
  const [before = '', after = ''] = text.split(ASKED);
  return endsSentence(before, after.charAt(0) || ' ');
}
