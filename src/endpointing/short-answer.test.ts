import { describe, expect, it } from 'vitest';
import { adaptive } from './adaptive.ts';

const SILENCE_MS = 600;
const endOfTurn = adaptive(SILENCE_MS);
const waitMs = (lastSaid: string | undefined, text: string, language: string) =>
  endOfTurn.waitMs({ text, language, endOfUtterance: false, lastSaid });

describe('a short answer to what the bot has just asked', () => {
  it.each([
    ['ru-RU', 'На какой день?', 'в субботу'],
    ['ru-RU', 'Сколько вас будет?', 'двое'],
    ['ru-RU', 'Сколько вам билетов?', 'пять'],
    ['ru-RU', 'Карта или наличные?', 'картой'],
    ['ru-RU', 'Какую вам пиццу?', 'острую'],
    ['en-US', 'How many tickets?', 'five'],
    ['en-US', 'Card or cash?', 'by card'],
    ['en-US', 'Where are you?', 'near the bridge'],
    ['he-IL', 'כמה כרטיסים?', 'חמש'],
    ['he-IL', 'תה או קפה?', 'קפה'],
  ])('ends the turn sooner than the silence, in %s: %s %s', (language, asked, answer) => {
    expect(waitMs(asked, answer, language)).toBeLessThan(500);
  });

  it.each([
    ['ru-RU', 'Сколько вас будет?', 'нас будет'],
    ['ru-RU', 'На какой день?', 'лучше'],
    ['ru-RU', 'Карта или наличные?', 'можно мне'],
    ['ru-RU', 'Как вас зовут?', 'меня зовут'],
    ['en-US', 'How many tickets?', 'i need'],
    ['en-US', 'Card or cash?', 'can i'],
    ['he-IL', 'כמה כרטיסים?', 'אני רוצה'],
  ])('is waited for where a word is missing, in %s: %s %s', (language, asked, beginning) => {
    expect(waitMs(asked, beginning, language)).toBeGreaterThan(SILENCE_MS);
  });

  it('is waited for as ever where anything may be told, and where nothing was asked', () => {
    for (const lastSaid of ['Чем могу помочь?', 'Мы работаем до шести.', undefined]) {
      expect(waitMs(lastSaid, 'пять', 'ru-RU')).toBe(1500);
      expect(waitMs(lastSaid, 'мой брат', 'ru-RU')).toBe(720);
    }
  });

  it('leaves a number that is dictated its time', () => {
    expect(waitMs('Какой у вас номер телефона?', 'восемь девятьсот', 'ru-RU')).toBe(2500);
    expect(waitMs('Какой у вас номер телефона?', 'восемь', 'ru-RU')).toBe(1500);
  });
});
