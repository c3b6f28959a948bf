import { describe, expect, it } from 'vitest';
import { receptionist } from './receptionist.ts';
import { unheardSpeech } from './unheard-speech.ts';

const PROMPTS = {
  ru: 'Ты вежливая помощница компании «Ромашка».',
  en: 'You are the receptionist of Daisy.',
  he: 'את פקידת הקבלה של חרצית.',
};

function answer(asked: string, prompt: keyof typeof PROMPTS = 'ru'): string {
  const messages = [
    { role: 'system', content: PROMPTS[prompt] },
    { role: 'user', content: 'Здравствуйте!' },
    { role: 'assistant', content: 'Чем могу помочь?' },
    { role: 'user', content: asked },
  ];
  return receptionist(messages);
}

describe('the receptionist who stands in for a model', () => {
  it.each([
    ['До скольки вы работаете?', /с девяти до восемнадцати/],
    ['А где вы находитесь?', /Садовой/],
    ['Сколько стоит букет?', /рублей/],
    ['Сколько стоит доставка?', /Доставка/],
    ['Ты робот?', /помощница/],
    ['What are your opening hours?', /nine to six/],
    ['Where are you?', /Garden Street/],
    ['How much is it?', /dollars/],
    ['מה שעות הפתיחה?', /מתשע עד שש/],
    ['איפה אתם נמצאים?', /רחוב הגן/],
    ['כמה זה עולה?', /שקלים/],
  ])('answers %s in its language', (asked, expected) => {
    expect(answer(asked)).toMatch(expected);
  });

  it.each([
    ['Какая столица Перу?', /заглушка/],
    ['What is the capital of Peru?', /stand-in/],
    ['מה בירת פרו?', /תחליף/],
  ])('says of %s that it does not know, and what it does', (asked, expected) => {
    expect(answer(asked)).toMatch(expected);
  });

  it('answers in the language of the bot where the question has no letters', () => {
    expect(answer('2 + 2?', 'he')).toMatch(/\p{Script=Hebrew}/u);
    expect(answer('2 + 2?', 'en')).toMatch(/stand-in/);
  });

  it.each([
    ['ru-RU', /Напечатайте/],
    ['en-US', /type/],
    ['he-HE', /להקליד/],
    ['auto', /type/],
  ])('asks who speaks freely to it, in %s, to type', (language, expected) => {
    expect(answer(unheardSpeech(language))).toMatch(expected);
  });
});
