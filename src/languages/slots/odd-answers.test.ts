/** Answers that mean something else than their first word, or than a part of them. */
import { describe, expect, it } from 'vitest';
import { readSlot } from './read-slot.ts';
import type { SlotKind } from './slot.ts';

/** A Monday. */
const TODAY = '2026-11-30';

type Row = readonly [language: string, text: string, expected: string];

const YES_NO: readonly Row[] = [
  ['ru-RU', 'не-а', 'no'],
  ['ru-RU', 'ну да наверное', 'yes'],
  ['ru-RU', 'не против', 'yes'],
  ['ru-RU', 'нет, не против', 'yes'],
  ['ru-RU', 'нет проблем', 'yes'],
  ['ru-RU', 'нет возражений', 'yes'],
  ['ru-RU', 'ничего не имею против', 'yes'],
  ['ru-RU', 'почему нет', 'yes'],
  ['ru-RU', 'не откажусь', 'yes'],
  ['ru-RU', 'не помешает', 'yes'],
  ['ru-RU', 'не знаю', '?none'],
  ['ru-RU', 'не расслышала', '?none'],
  ['ru-RU', 'вряд ли', 'no'],
  ['ru-RU', 'да не надо', 'no'],
  ['ru-RU', 'скорее нет, чем да', 'no'],
  ['ru-RU', 'не всё верно', 'no'],
  ['ru-RU', 'пойдёт', 'yes'],
  ['ru-RU', 'не пойдёт', 'no'],
  ['ru-RU', 'ни за что', 'no'],
  ['en-US', 'I guess not', 'no'],
  ['en-US', 'I guess', 'yes'],
  ['en-US', 'not a problem', 'yes'],
  ['en-US', "no, I don't mind", 'yes'],
  ['en-US', 'no objections', 'yes'],
  ['en-US', "I'm not sure", '?none'],
  ['en-US', "I don't know", '?none'],
  ['en-US', "please don't", 'no'],
  ['en-US', 'uh-uh', 'no'],
  ['en-US', 'uh-huh', 'yes'],
  ['en-US', "that's not correct", 'no'],
  ['en-US', 'not exactly', 'no'],
  ['en-US', 'no way', 'no'],
  ['he-IL', 'לא יודע', '?none'],
  ['he-IL', 'לא בטוחה', '?none'],
  ['he-IL', 'אני חושב שלא', 'no'],
  ['he-IL', 'נראה לי שכן', 'yes'],
  ['he-IL', 'בטח שלא', 'no'],
  ['he-IL', 'ברור שלא', 'no'],
  ['he-IL', 'מה פתאום', 'no'],
  ['he-IL', 'אין לי התנגדות', 'yes'],
  ['he-IL', 'לא, לא אכפת לי', 'yes'],
  ['he-IL', 'בכיף', 'yes'],
];

const DATE: readonly Row[] = [
  ['ru-RU', 'после завтра', '2026-12-02'],
  ['ru-RU', 'послепослезавтра', '2026-12-03'],
  ['ru-RU', 'не в субботу, в воскресенье', '2026-12-06'],
  ['ru-RU', 'завтра не могу, давайте в среду', '2026-12-02'],
  ['en-US', 'a week today', '2026-12-07'],
  ['en-US', 'a week from tomorrow', '2026-12-08'],
  ['en-US', 'in a fortnight', '2026-12-14'],
  ['en-US', 'a week on Friday', '2026-12-11'],
  ['en-US', "tomorrow I can't, Wednesday", '2026-12-02'],
  ['he-IL', 'ביום שני', '2026-12-07'],
  ['he-IL', 'יום שני הבא', '2026-12-07'],
  ['he-IL', 'ביום שני לא, ביום שלישי', '2026-12-01'],
  ['he-IL', 'בשלישי', '2026-12-01'],
  ['he-IL', 'בראשון לינואר', '2027-01-01'],
  ['he-IL', 'בשני לינואר', '2027-01-02'],
  ['he-IL', 'החמישה עשר לחודש', '2026-12-15'],
  ['he-IL', 'לא מחר, מחרתיים', '2026-12-02'],
];

const TIME: readonly Row[] = [
  ['ru-RU', 'ноль тридцать', '00:30'],
  ['ru-RU', 'ноль часов', '00:00'],
  ['en-US', '0:30', '00:30'],
  ['en-US', 'seven a.m.', '07:00'],
  ['en-US', 'I am free at five', '17:00'],
  ['en-US', 'I am free at five am', '05:00'],
  ['en-US', '7 p.m.', '19:00'],
  ['he-IL', 'ביום שני בחמש', '17:00'],
  ['he-IL', 'לא בחמש, בשש', '18:00'],
];

const NUMBER: readonly Row[] = [
  ['ru-RU', 'на двоих в субботу в семь', '2'],
  ['en-US', 'two on Saturday at seven', '2'],
  ['he-IL', 'שניים ביום שני בשש בערב', '2'],
  ['ru-RU', 'двое или трое', '?several'],
  ['ru-RU', 'полторы тысячи', '1500'],
  ['ru-RU', 'полторы сотни', '150'],
  ['ru-RU', 'две с половиной тысячи', '2500'],
  ['ru-RU', 'полтора миллиона двести тысяч', '1700000'],
  ['ru-RU', 'тысяч пять', '5000'],
  ['ru-RU', 'рублей тысяч двадцать пять', '25000'],
  ['ru-RU', 'двадцать тысяч пять', '20005'],
  ['ru-RU', 'полмиллиона', '500000'],
  ['ru-RU', 'втроём', '3'],
  ['ru-RU', 'не пять, шесть', '6'],
  ['en-US', 'half a million', '500000'],
  ['en-US', 'one and a half thousand', '1500'],
  ['en-US', 'negative three', '-3'],
  ['en-US', 'a couple hundred', '200'],
  ['he-IL', 'אלף וחצי', '1500'],
  ['he-IL', 'חצי מיליון', '500000'],
  ['he-IL', 'שנינו', '2'],
  ['he-IL', 'לא חמש, שש', '6'],
];

const PHONE: readonly Row[] = [
  [
    'ru-RU',
    'девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь, ой, не шестьдесят семь, а шестьдесят восемь',
    '+79161234568',
  ],
  [
    'ru-RU',
    'восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь добавочный двенадцать',
    '+79161234567',
  ],
  ['en-US', '212 555 0123, not 23 but 24', '+12125550124'],
  ['en-US', '212-555-0123 ext. 45', '+12125550123'],
  ['en-US', 'one eight hundred five five five one two one two', '+18005551212'],
];

const EMAIL: readonly Row[] = [
  ['ru-RU', 'записывайте, иван собачка мэйл точка ру', 'ivan@mail.ru'],
  ['en-US', 'john plus hotel at gmail dot com', 'john+hotel@gmail.com'],
];

const TABLES: Readonly<Partial<Record<SlotKind, readonly Row[]>>> = {
  ...{ yesNo: YES_NO, date: DATE, time: TIME, number: NUMBER, phone: PHONE, email: EMAIL },
};

describe.each(Object.entries(TABLES))('an odd answer where a %s is wanted', (type, rows) => {
  it.each(rows)('%s: %s is %s', (language, text, expected) => {
    const reading = readSlot({ type: type as SlotKind }, text, { language, today: TODAY });
    expect('value' in reading ? reading.value : `?${reading.unclear}`).toBe(expected);
  });
});
