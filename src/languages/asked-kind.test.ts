import { describe, expect, it } from 'vitest';
import { askedKind, type AskedKind } from './asked-kind.ts';

describe('what the bot has just asked for', () => {
  it.each<readonly [AskedKind | undefined, string, string]>([
    ['open', 'ru-RU', 'Алло, автосервис. Чем могу помочь?'],
    ['open', 'ru-RU', 'Расскажите, что у вас сломалось.'],
    ['yesNo', 'ru-RU', 'Записал на среду.| Подтверждаете запись?'],
    ['choice', 'ru-RU', 'Чай или кофе?'],
    ['thing', 'ru-RU', 'В каком вы районе?'],
    ['number', 'ru-RU', 'Сколько вас будет?'],
    ['date', 'ru-RU', 'Когда вам удобно приехать?'],
    ['time', 'ru-RU', 'А во сколько?'],
    ['name', 'ru-RU', 'Назовите ваше имя.'],
    [undefined, 'ru-RU', 'Мы работаем до шести.'],
    [undefined, 'ru-RU', 'Когда вам удобно? Мы работаем до шести.'],
    ['open', 'en-US', 'City garage, how may I help you?'],
    ['yesNo', 'en-US', 'Booked for Wednesday.| Shall I confirm it?'],
    ['choice', 'en-US', 'Tea or coffee?'],
    ['thing', 'en-US', 'Where are you?'],
    ['number', 'en-US', 'How many of you will come?'],
    ['date', 'en-US', 'When could you come?'],
    ['time', 'en-US', 'And at what time?'],
    ['name', 'en-US', 'Who am I speaking with?'],
    [undefined, 'en-US', 'We are open until six.'],
    ['open', 'he-IL', 'מוסך העיר, במה אפשר לעזור?'],
    ['yesNo', 'he-IL', 'קבעתי ליום רביעי. לאשר?'],
    ['choice', 'he-IL', 'תה או קפה?'],
    ['thing', 'he-IL', 'איפה אתם?'],
    ['number', 'he-IL', 'כמה תהיו?'],
    ['date', 'he-IL', 'מתי נוח לכם לבוא?'],
    ['time', 'he-IL', 'באיזו שעה?'],
    ['name', 'he-IL', 'מי מדבר?'],
    [undefined, 'he-IL', 'אנחנו פתוחים עד שש.'],
    [undefined, 'auto', ''],
  ])('is %s in %s: %s', (kind, language, said) => {
    expect(askedKind(said, language)).toBe(kind);
  });
});
