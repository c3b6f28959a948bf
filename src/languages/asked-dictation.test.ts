import { describe, expect, it } from 'vitest';
import { askedDictation } from './asked-dictation.ts';

const told = (said: string, language: string) => {
  const asked = askedDictation(said, language);
  if (!asked) return undefined;
  const { type, length } = asked.slot;
  const digits = typeof length === 'object' ? `${length.min}-${length.max}` : '';
  return `${type} ${digits}${asked.isLengthCertain ? '' : '?'}`.trim();
};

describe('what the bot has asked to be dictated', () => {
  it.each([
    ['phone', 'ru-RU', 'Оставьте ваш номер телефона.'],
    ['phone', 'ru-RU', 'На какой номер вам перезвонить?'],
    ['email', 'ru-RU', 'Продиктуйте вашу почту.'],
    ['digits 4-4', 'ru-RU', 'Назовите последние четыре цифры карты.'],
    ['digits 6-6', 'ru-RU', 'Назовите шестизначный код.'],
    ['digits 11-11', 'ru-RU', 'Назовите ваш СНИЛС.'],
    ['digits 4-6?', 'ru-RU', 'Продиктуйте код из сообщения.'],
    ['digits ?', 'ru-RU', 'Какой номер заказа?'],
    ['phone', 'en-US', "What's your phone number?"],
    ['phone', 'en-US', 'Which is the best number to reach you?'],
    ['email', 'en-US', "And what's your e-mail address?"],
    ['digits 4-4', 'en-US', 'What are the last four digits of your card?'],
    ['digits 6-6', 'en-US', 'Please read me the six-digit code.'],
    ['digits 5-5', 'en-US', 'What is your zip code?'],
    ['digits 4-6?', 'en-US', 'Please read me the code we sent you.'],
    ['digits ?', 'en-US', 'Could I have the order number?'],
    ['phone', 'he-IL', 'מה מספר הטלפון שלך?'],
    ['email', 'he-IL', 'מה האימייל שלך?'],
    ['digits 4-4', 'he-IL', 'מה ארבע הספרות האחרונות של הכרטיס?'],
    ['digits 9-9', 'he-IL', 'מה מספר תעודת הזהות?'],
    ['digits ?', 'he-IL', 'מה מספר ההזמנה?'],
  ])('is %s in %s: %s', (expected, language, said) => {
    expect(told(said, language)).toBe(expected);
  });

  it.each([
    ['ru-RU', 'Какой номер дома?'],
    ['ru-RU', 'Сколько вас будет?'],
    ['ru-RU', 'Номер заказа вы получили. Когда вам удобно?'],
    ['en-US', 'What is the apartment number?'],
    ['en-US', 'How many digits of pi do you know, by the way? Just joking. What day?'],
    ['he-IL', 'באיזה יום?'],
    ['auto', ''],
  ])('is nothing where nothing is read out, in %s: %s', (language, said) => {
    expect(askedDictation(said, language)).toBeUndefined();
  });
});
