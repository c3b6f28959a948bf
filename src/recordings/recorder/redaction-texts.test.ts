/** What people say to a telephone bot, and what of it may not be left. What no rule finds is in docs/recorded-calls.md. */
import { describe, expect, it } from 'vitest';
import { Mask } from './redaction.ts';

/** The words in brackets must go, all others must stay. */
const TEXTS = [
  'дом [сорок] [семь] квартира [двадцать] [один]',
  'после [сорока] [семи] лет',
  'с [двадцать] [пятого] мая',
  '[двадцать] [первого] марта [тысяча] [девятьсот] [восемьдесят] [третьего] года',
  'код [пятьсот] [шестнадцатый]',
  'карта [четыре] [два] [семь] [шесть], ещё раз',
  'договором [двумястами] [сорока] [восемью]',
  'на [девяноста] [шести] страницах',
  'между [двенадцатью] [тридцатью] и',
  'телефон [восемь] [девятьсот] [двенадцать] [ноль] [ноль] [семь]',
  'телефон. [Восемь]. [Девятьсот]. [Двенадцать].',
  'телефон плюс [семь] [девятьсот] [три]',
  'квартира [сто] и [пять]',
  'дом [двадцать] [два] дробь [три]',
  'индекс [сто] [девяносто] [одна] [тысяча]',
  'год [две] [тысячи] [двадцать] [второй]',
  'меня зовут [Иван] [Петров]',
  'меня зовут [иван] и я хочу записаться',
  'здравствуйте зовут меня [марина]',
  'Меня [Анна] зовут',
  'моя фамилия [Кузнецова]',
  'фамилия [кузнецова] имя [ольга] отчество [сергеевна]',
  'запишите на имя [смирнова]',
  'Это [Ольга] [Петровна], звоню по заказу',
  'его зовут [Тимур]',
  'по буквам [к] [у] [з] [н] [е] [ц] [о] [в]',
  'почта [ivan].[petrov]@[mail].[ru] запишите',
  'пишите на [info]@[salon]-[lokon].[example]',
  'моя почта [иван] [точка] [петров] [собака] [яндекс] [точка] [ру]',
  'почта [ivan] [petrov] [собака] [gmail].[com]',
  'адрес [masha] [собачка] [mail] [точка] [ру]',
  'живу на улице [ленина] дом 0',
  'улица [Большая] [Садовая], рядом с метро',
  'проспект [мира] [двадцать] [три]',
  'My name is [John] [Smith]',
  "my name's [priya] and i need help",
  'the name is [Garcia]',
  "Hello, I'm [Margaret]",
  'this is [Tom] from work',
  '[Jane] [Doe] speaking',
  'Could you ask Mrs. [Robinson] to call',
  "my surname is o'[brien]",
  'it is under the name [fitzgerald]',
  'spelled [s] [m] [i] [t] [h]',
  'card [four] [two] [seven] [six]',
  'my zip is [nine] oh [two] [one] oh',
  'flat [twenty]-[one]',
  'born on the [twenty] [third] of may',
  '[one] [hundred] and [five] main',
  'call [seven] [double] [five] now',
  'mail me at [john].[smith]@[example].[com] please',
  'my email is [john] [dot] [smith] [at] [gmail] [dot] [com]',
  'write to [kate] [underscore] [b] [at] [yahoo] [dot] [co] [dot] [uk]',
  'i live at [twelve] [baker] street',
  'שמי [דנה] [לוי]',
  'קוראים לי [יוסי]',
  'מדברת [רות]',
  'שם המשפחה שלי הוא [כהן]',
  'הטלפון [אפס] [חמש] [ארבע] [שבע]',
  'בית [עשרים] [ושבע]',
  'אני ברחוב [הרצל] [שלושים] [ושתיים]',
  'המייל [דנה] [שטרודל] [גימייל] [נקודה] [קום]',
  'меня зовут [John], номер [nine] [one] [one]',
  'my order is [семь] [ноль] [два]',
];

/** Ordinary talk, of which a replay's reader wants to see something. */
const HARMLESS = [
  'одну минуту, через два часа',
  'у меня собака болеет, можно привезти?',
  'Это хорошо. Я подумаю.',
  'запишите меня на субботу',
  'нужна стрижка и укладка',
  'one second please',
  'meet me at noon',
  "I'm looking for a table for two",
  'this is fine, thanks',
  'אני רוצה תור ביום שני',
];

const shown = (text: string) => text.replace(/[[\]]/g, '');

describe('what a caller says', () => {
  it.each(TEXTS)('%s', (text) => {
    const said = shown(text);
    const mask = new Mask();
    mask.learn(said);
    const expected = text.replace(/\[([^\]]+)\]/g, (_, word: string) => 'x'.repeat(word.length));
    expect(mask.masked(said)).toBe(expected);
  });

  it.each(HARMLESS)('%s (of which all stays)', (said) => {
    const mask = new Mask();
    mask.learn(said);
    expect(mask.masked(said)).toBe(said);
  });
});
