/** Answers that mean the other thing than their first word, or than a part of them. */
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

const TABLES: Readonly<Partial<Record<SlotKind, readonly Row[]>>> = { yesNo: YES_NO };

describe.each(Object.entries(TABLES))('an odd answer where a %s is wanted', (type, rows) => {
  it.each(rows)('%s: %s is %s', (language, text, expected) => {
    const reading = readSlot({ type: type as SlotKind }, text, { language, today: TODAY });
    expect('value' in reading ? reading.value : `?${reading.unclear}`).toBe(expected);
  });
});
