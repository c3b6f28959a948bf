import { describe, expect, it } from 'vitest';
import { readSlot } from './read-slot.ts';
import type { SlotSpec } from './slot.ts';

const TAGS = { ru: 'ru-RU', en: 'en-US', he: 'he-IL' } as const;
/** A Sunday. */
const TODAY = '2026-11-29';

const SIZE: SlotSpec = {
  type: 'oneOf',
  values: {
    S: ['маленький', 'small', 'קטן'],
    M: ['средний', 'medium', 'בינוני'],
    L: ['большой', 'large', 'גדול'],
  },
};
const NUMBER: SlotSpec = { type: 'number' };
const DATE: SlotSpec = { type: 'date' };
const TIME: SlotSpec = { type: 'time' };
const PHONE: SlotSpec = { type: 'phone' };
const NAME: SlotSpec = { type: 'name' };
const YES_NO: SlotSpec = { type: 'yesNo' };

function read(spec: SlotSpec, language: keyof typeof TAGS, text: string) {
  const reading = readSlot(spec, text, { language: TAGS[language], today: TODAY });
  return 'value' in reading ? reading.value : `?${reading.unclear}`;
}

describe('whoever corrects themselves in one breath', () => {
  it.each<readonly [SlotSpec, keyof typeof TAGS, string, string]>([
    [SIZE, 'ru', 'нет, лучше M', 'M'],
    [SIZE, 'ru', 'большой, нет, средний', 'M'],
    [SIZE, 'ru', 'давайте большой, ой нет, маленький', 'S'],
    [SIZE, 'ru', 'большой не надо, средний', 'M'],
    [SIZE, 'ru', 'L, то есть M', 'M'],
    [SIZE, 'en', 'large, no wait, medium', 'M'],
    [SIZE, 'en', 'large, actually medium', 'M'],
    [SIZE, 'he', 'גדול, לא, בינוני', 'M'],
    [NUMBER, 'ru', 'две, нет, три', '3'],
    [NUMBER, 'ru', 'три, ой, четыре штуки', '4'],
    [NUMBER, 'ru', 'не пять, а шесть', '6'],
    [NUMBER, 'ru', 'одну, нет, две, нет, всё-таки три', '3'],
    [NUMBER, 'en', 'five, I mean six', '6'],
    [NUMBER, 'en', 'not five but six', '6'],
    [NUMBER, 'he', 'חמש, סליחה, שש', '6'],
    [DATE, 'ru', 'пятого, ой, шестого декабря', '2026-12-06'],
    [DATE, 'ru', 'в пятницу, нет, лучше в субботу', '2026-12-05'],
    [DATE, 'ru', 'не завтра, а в среду', '2026-12-02'],
    [DATE, 'en', 'Friday, no, Saturday', '2026-12-05'],
    [DATE, 'en', 'not tomorrow, on Wednesday', '2026-12-02'],
    [DATE, 'he', 'מחר, לא, מחרתיים', '2026-12-01'],
    [TIME, 'ru', 'завтра в пять, нет, в шесть', '18:00'],
    [TIME, 'en', 'at five, sorry, six thirty', '18:30'],
    [
      PHONE,
      'ru',
      'восемь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят восемь, ой, восемьдесят девять',
      '+79123456789',
    ],
    [PHONE, 'en', 'five five five, no, two one two five five five oh one nine nine', '+12125550199'],
    [NAME, 'ru', 'Иван, нет, Пётр', 'Пётр'],
    [NAME, 'en', 'John, no, Jack', 'Jack'],
    [YES_NO, 'ru', 'нет, то есть да', 'yes'],
    [YES_NO, 'ru', 'да, ой, нет', 'no'],
  ])('means what they say last: %j %s %s', (spec, language, text, expected) => {
    expect(read(spec, language, text)).toBe(expected);
  });

  it.each<readonly [SlotSpec, keyof typeof TAGS, string, string]>([
    [NUMBER, 'ru', 'две или три', '?several'],
    [SIZE, 'ru', 'нет', '?none'],
    [YES_NO, 'ru', 'да нет', 'no'],
    [YES_NO, 'en', 'yes, no, I do not know', '?several'],
    [TIME, 'ru', 'с пяти до шести', '?several'],
    [TIME, 'en', 'between five and six', '?several'],
    [NUMBER, 'en', 'sorry, five', '5'],
    [NUMBER, 'ru', 'нет, пять', '5'],
  ])('is not found where nothing is taken back: %j %s %s', (spec, language, text, expected) => {
    expect(read(spec, language, text)).toBe(expected);
  });

  it('is asked whether it is right where part of a number was replaced', () => {
    const text = 'один два три четыре пять семь, нет, шесть';
    const reading = readSlot({ type: 'digits', length: 6 }, text, { language: 'ru-RU', today: TODAY });
    expect(reading).toMatchObject({ value: '123456', isCertain: false });
  });
});
