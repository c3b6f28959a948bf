import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asksForAnswer, isQuestion, movesOn, toldAndAsked } from './questions.ts';

describe('what a caller says', () => {
  it.each([
    ['ru-RU', 'Сколько стоит доставка?'],
    ['ru-RU', 'сколько стоит доставка'],
    ['ru-RU', 'а есть ли у вас самовывоз'],
    ['ru-RU', 'у вас есть самовывоз'],
    ['ru-RU', 'подскажите до скольки вы работаете'],
    ['ru-RU', 'а вы работаете в субботу'],
    ['ru-RU', 'Это с доставкой?'],
    ['ru-RU', 'А если я не успею, что тогда?'],
    ['ru-RU', 'а если не подойдёт'],
    ['en-US', 'what if I am late'],
    ['ru-RU', 'можно узнать адрес'],
    ['en-US', 'how much is delivery'],
    ['en-US', 'do you deliver on sunday'],
    ['en-US', 'sorry what was that'],
    ['en-US', 'Delivery costs how much?'],
    ['he-IL', 'כמה עולה משלוח'],
    ['he-IL', 'וכמה עולה משלוח'],
    ['he-IL', 'יש לכם חניה'],
    ['he-IL', 'אתם פתוחים בשבת?'],
  ])('is a question by its mark or its form: %s: %s', (language, text) => {
    expect(isQuestion(text, language)).toBe(true);
    expect(toldAndAsked(text, language).told).toBe('');
  });

  it.each([
    ['ru-RU', 'да, завтра в пять'],
    ['ru-RU', 'меня зовут Иван'],
    ['ru-RU', 'иван точка петров собака яндекс точка ру'],
    ['ru-RU', 'синий, потому что чёрный уже есть'],
    ['en-US', 'yes please'],
    ['en-US', 'five p.m.'],
    ['en-US', 'john.smith@gmail.com'],
    ['he-IL', 'כן, בבקשה'],
    ['he-IL', 'קוראים לי דני'],
  ])('is no question: %s: %s', (language, text) => {
    expect(toldAndAsked(text, language)).toEqual({ told: text, asked: '' });
  });

  it.each([
    ['ru-RU', 'Размер L. А сколько стоит доставка?', 'Размер L.', 'А сколько стоит доставка?'],
    ['ru-RU', 'размер эль а сколько стоит доставка', 'размер эль', 'а сколько стоит доставка'],
    ['ru-RU', 'завтра, а до скольки вы работаете', 'завтра,', 'а до скольки вы работаете'],
    ['en-US', 'the large one but how much is it', 'the large one', 'but how much is it'],
    ['en-US', 'john@x.com. do you deliver', 'john@x.com.', 'do you deliver'],
    ['he-IL', 'גדול, וכמה זה עולה', 'גדול,', 'וכמה זה עולה'],
  ])('may answer and ask in one breath: %s: %s', (language, text, told, asked) => {
    expect(toldAndAsked(text, language)).toMatchObject({ told });
    expect(toldAndAsked(text, language).asked.trim()).toBe(asked);
  });

  it('can always be told apart', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (text, language) => void toldAndAsked(text, language)));
  });
});

describe('what a bot says', () => {
  it.each([
    ['ru-RU', 'Какой размер вам нужен?'],
    ['ru-RU', 'Назовите, пожалуйста, ваш телефон.'],
    ['ru-RU', 'Теперь скажите размер.'],
    ['en-US', 'Please tell me your name.'],
    ['en-US', 'I need your phone number.'],
    ['he-IL', 'תגיד לי את השם.'],
    ['he-IL', 'אנא מסרו מספר טלפון.'],
  ])('asks for an answer: %s: %s', (language, sentence) => {
    expect(asksForAnswer(sentence, language)).toBe(true);
  });

  it.each([
    ['ru-RU', 'Доставка стоит триста рублей.'],
    ['ru-RU', 'Мы работаем с девяти до шести, без выходных.'],
    ['ru-RU', 'Можно оплатить картой.'],
    ['en-US', 'Delivery takes two days.'],
    ['en-US', 'You can pay by card when it arrives.'],
    ['he-IL', 'משלוח עולה שלושים שקלים.'],
  ])('asks nothing and does not move on: %s: %s', (language, sentence) => {
    expect(asksForAnswer(sentence, language)).toBe(false);
    expect(movesOn(sentence, language)).toBe(false);
  });

  it.each([
    ['ru-RU', 'Перейдём к следующему шагу.'],
    ['ru-RU', 'Ваш заказ оформлен.'],
    ['ru-RU', 'Соединяю вас с менеджером.'],
    ['en-US', "Let's move on."],
    ['en-US', 'You are all set, goodbye.'],
    ['he-IL', 'נעבור לשאלה הבאה.'],
  ])('moves on: %s: %s', (language, sentence) => {
    expect(movesOn(sentence, language)).toBe(true);
  });
});

describe('a tag', () => {
  it.each([
    ['ru-RU', 'почта такая: masha@mail.ru, записали?', 'почта такая: masha@mail.ru,', 'записали?'],
    ['ru-RU', 'большой, можно?', 'большой,', 'можно?'],
    ['en-US', 'a large one, is that fine?', 'a large one,', 'is that fine?'],
    ['he-IL', 'מחר, בסדר?', 'מחר,', 'בסדר?'],
    ['ru-RU', 'сколько стоит, понятно?', '', 'сколько стоит, понятно?'],
    ['ru-RU', 'в полвосьмого а вы до скольки работаете', 'в полвосьмого', 'а вы до скольки работаете'],
  ])('%s: «%s» tells before it asks', (language, text, told, asked) => {
    expect(toldAndAsked(text, language)).toEqual({ told, asked });
  });
});
