/** Addresses and names as they are dictated to somebody who cannot see them, and days and hours as they are told in passing. */
import { expect, it } from 'vitest';
import { readSlot } from './read-slot.ts';
import type { SlotKind } from './slot.ts';

const TAGS = { ru: 'ru-RU', en: 'en-US', he: 'he-IL' } as const;
const TODAY = '2026-11-29';

it.each<readonly [SlotKind, keyof typeof TAGS, string, string]>([
  ['email', 'ru', 'vasya.pupkin собака yandex.ru', 'vasya.pupkin@yandex.ru'],
  ['email', 'ru', 'vasya точка pupkin@yandex.ru', 'vasya.pupkin@yandex.ru'],
  ['email', 'ru', 'иванов слитно собака мейл точка ру', 'ivanov@mail.ru'],
  ['email', 'en', 'v as in victor a n at gmail dot com', 'van@gmail.com'],
  ['email', 'en', 'b like boy o b at gmail dot com', 'bob@gmail.com'],
  ['email', 'en', 'john smith one word at gmail dot com', 'johnsmith@gmail.com'],
  ['email', 'en', 'capital j o h n at gmail dot com', 'john@gmail.com'],
  ['email', 'en', 'double s at mail dot com', 'ss@mail.com'],
  ['email', 'en', 'like.a.rose@mail.com', 'like.a.rose@mail.com'],
  ['email', 'en', 'capital dot one at mail dot com', 'capital.1@mail.com'],
  ['name', 'ru', 'Иван меня зовут', 'Иван'],
  ['name', 'ru', 'меня Ольга зовут', 'Ольга'],
  ['name', 'ru', 'можно просто Саша', 'Саша'],
  ['name', 'ru', 'да Иван я', 'Иван'],
  ['name', 'ru', 'меня зовут', '?none'],
  ['name', 'en', 'J as in John, O, H, N', 'John'],
  ['name', 'en', 'John speaking', 'John'],
  ['yesNo', 'ru', 'точно нет', 'no'],
  ['yesNo', 'ru', 'конечно нет', 'no'],
  ['yesNo', 'ru', 'абсолютно', 'yes'],
  ['yesNo', 'en', 'I think so', 'yes'],
  ['yesNo', 'en', "I don't think so", 'no'],
  ['yesNo', 'en', 'uh huh', 'yes'],
  ['yesNo', 'he', 'אני חושב שכן', 'yes'],
  ['number', 'ru', 'парочку', '2'],
  ['number', 'ru', 'пяток', '5'],
  ['date', 'ru', 'в понедельник через неделю', '2026-12-07'],
  ['date', 'en', 'a week from Friday', '2026-12-11'],
  ['date', 'en', 'a week from now', '2026-12-06'],
  ['time', 'ru', 'полпервого', '12:30'],
  ['time', 'ru', 'половина первого ночи', '00:30'],
  ['time', 'ru', 'в одиннадцать ночи', '23:00'],
  ['time', 'ru', 'в три часа ночи', '03:00'],
  ['time', 'ru', 'в полночь', '00:00'],
  ['time', 'en', 'nine at night', '21:00'],
  ['time', 'en', 'one at night', '01:00'],
  ['time', 'he', 'אחת בלילה', '01:00'],
  ['time', 'he', 'אחת עשרה בלילה', '23:00'],
])('a caller who is asked for a %s in %s says %s: %s', (type, language, text, expected) => {
  const reading = readSlot({ type }, text, { language: TAGS[language], today: TODAY });
  expect('value' in reading ? reading.value : `?${reading.unclear}`).toBe(expected);
});

it.each<readonly [string, string]>([
  ['эльку', 'L'],
  ['икс эль', 'XL'],
  ['экс эль', 'XL'],
  ['XL', 'XL'],
  ['ex el', 'XL'],
  ['эм', 'M'],
])('a size said by the names of its letters is that size: %s', (text, expected) => {
  const values = { M: [], L: [], XL: [] };
  const place = { language: /[a-z]/.test(text) ? 'en-US' : 'ru-RU', today: TODAY };
  expect(readSlot({ type: 'oneOf', values }, text, place)).toMatchObject({ value: expected });
});
