import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSlot } from './read-slot.ts';
import { SLOT_KINDS } from './slot.ts';
import type { SlotKind, SlotSpec } from './slot.ts';

const TAGS = { ru: 'ru-RU', en: 'en-US', he: 'he-IL' } as const;
/** A Sunday. */
const TODAY = '2026-11-29';

function read(spec: SlotSpec, text: string, language: keyof typeof TAGS) {
  const reading = readSlot(spec, text, { language: TAGS[language], today: TODAY });
  return 'value' in reading ? reading.value : `?${reading.unclear}`;
}

type Row = readonly [language: keyof typeof TAGS, text: string, expected: string];

const TABLES: Readonly<Record<Exclude<SlotKind, 'oneOf' | 'text'>, readonly Row[]>> = {
  yesNo: [
    ['ru', 'да', 'yes'],
    ['ru', 'Да, конечно.', 'yes'],
    ['ru', 'да-да, всё верно', 'yes'],
    ['ru', 'ну давайте', 'yes'],
    ['ru', 'не против', 'yes'],
    ['ru', 'почему бы и нет', 'yes'],
    ['ru', 'угу', 'yes'],
    ['ru', 'будьте добры', 'yes'],
    ['ru', 'это я', 'yes'],
    ['ru', 'нет', 'no'],
    ['ru', 'нет, спасибо', 'no'],
    ['ru', 'да нет', 'no'],
    ['ru', 'не надо, пожалуйста', 'no'],
    ['ru', 'неверно', 'no'],
    ['ru', 'ни в коем случае', 'no'],
    ['ru', 'и да и нет', '?several'],
    ['ru', 'завтра', '?none'],
    ['en', 'yes please', 'yes'],
    ['en', 'Of course.', 'yes'],
    ['en', "that's right", 'yes'],
    ['en', 'why not', 'yes'],
    ['en', 'I am.', 'yes'],
    ['en', 'I am driving', '?none'],
    ['en', 'no thank you', 'no'],
    ['en', 'not really', 'no'],
    ['en', 'of course not', 'no'],
    ['en', "that's not right", 'no'],
    ['en', 'yes and no', '?several'],
    ['he', 'כן', 'yes'],
    ['he', 'כן, בבקשה', 'yes'],
    ['he', 'אין בעיה', 'yes'],
    ['he', 'למה לא', 'yes'],
    ['he', 'לא', 'no'],
    ['he', 'לא, תודה', 'no'],
    ['he', 'ממש לא', 'no'],
    ['he', 'לא נכון', 'no'],
  ],
  number: [
    ['ru', 'двадцать пять', '25'],
    ['ru', 'мне нужно две штуки', '2'],
    ['ru', 'одну штуку', '1'],
    ['ru', 'тысячу', '1000'],
    ['ru', 'полтора', '1.5'],
    ['ru', 'два с половиной', '2.5'],
    ['ru', 'минус пять', '-5'],
    ['ru', '3,5 литра', '3.5'],
    ['ru', 'тысяча двести', '1200'],
    ['ru', '12 000', '12000'],
    ['ru', 'пару', '2'],
    ['ru', 'две или три', '?several'],
    ['ru', 'не знаю', '?none'],
    ['en', 'twenty five please', '25'],
    ['en', 'three point five', '3.5'],
    ['en', 'two and a half', '2.5'],
    ['en', 'a couple', '2'],
    ['en', 'a dozen', '12'],
    ['he', 'עשרים ושלוש', '23'],
    ['he', 'שתיים וחצי', '2.5'],
    ['he', 'חמש עשרה', '15'],
    ['he', '7', '7'],
  ],
  digits: [
    ['ru', 'один два три четыре', '1234'],
    ['ru', 'код сорок пять, ноль ноль семь', '45007'],
    ['ru', '12-34', '1234'],
    ['en', 'four double five oh one', '45501'],
    ['en', 'my code is 1 2 3', '123'],
    ['he', 'אפס חמש ארבע', '054'],
    ['ru', 'не помню', '?none'],
  ],
  date: [
    ['ru', 'сегодня', '2026-11-29'],
    ['ru', 'завтра', '2026-11-30'],
    ['ru', 'давайте послезавтра', '2026-12-01'],
    ['ru', 'через три дня', '2026-12-02'],
    ['ru', 'через неделю', '2026-12-06'],
    ['ru', 'через две недели', '2026-12-13'],
    ['ru', 'в пятницу', '2026-12-04'],
    ['ru', 'во вторник', '2026-12-01'],
    ['ru', 'в следующий вторник', '2026-12-01'],
    ['ru', 'пятого декабря', '2026-12-05'],
    ['ru', '5 декабря', '2026-12-05'],
    ['ru', 'двадцать пятого декабря', '2026-12-25'],
    ['ru', 'двадцать пятого', '2026-12-25'],
    ['ru', 'третьего мая', '2027-05-03'],
    ['ru', '25.12', '2026-12-25'],
    ['ru', '12 марта 1985 года', '1985-03-12'],
    ['ru', 'двенадцатого марта тысяча девятьсот восемьдесят пятого года', '1985-03-12'],
    ['ru', 'завтра в пять вечера', '2026-11-30'],
    ['ru', '31 февраля', '?none'],
    ['ru', 'во вторник или в среду', '?several'],
    ['en', 'tomorrow', '2026-11-30'],
    ['en', 'tomorrow at five', '2026-11-30'],
    ['en', 'the day after', '?none'],
    ['en', 'in three days', '2026-12-02'],
    ['en', 'a week from now', '2026-12-06'],
    ['en', 'on friday', '2026-12-04'],
    ['en', 'December fifth', '2026-12-05'],
    ['en', 'the 5th of December', '2026-12-05'],
    ['en', 'december twenty fifth', '2026-12-25'],
    ['en', 'March 12 1985', '1985-03-12'],
    ['en', 'march twelfth nineteen eighty five', '1985-03-12'],
    ['he', 'היום', '2026-11-29'],
    ['he', 'מחר', '2026-11-30'],
    ['he', 'מחרתיים', '2026-12-01'],
    ['he', 'בעוד שבוע', '2026-12-06'],
    ['he', 'ביום שלישי', '2026-12-01'],
    ['he', 'ב-5 בדצמבר', '2026-12-05'],
    ['he', 'חמישה בדצמבר', '2026-12-05'],
    ['he', 'עשרים וחמישה בדצמבר', '2026-12-25'],
  ],
  time: [
    ['ru', 'половина третьего', '14:30'],
    ['ru', 'в половине третьего', '14:30'],
    ['ru', 'полтретьего', '14:30'],
    ['ru', 'четверть пятого', '16:15'],
    ['ru', 'без пятнадцати три', '14:45'],
    ['ru', 'без четверти девять', '08:45'],
    ['ru', 'десять минут третьего', '14:10'],
    ['ru', 'в пять вечера', '17:00'],
    ['ru', 'в девять утра', '09:00'],
    ['ru', 'в три часа дня', '15:00'],
    ['ru', 'час дня', '13:00'],
    ['ru', 'пятнадцать тридцать', '15:30'],
    ['ru', 'в 15:30', '15:30'],
    ['ru', 'в четырнадцать часов двадцать минут', '14:20'],
    ['ru', 'в полдень', '12:00'],
    ['ru', 'к пяти', '17:00'],
    ['ru', 'завтра в пять', '17:00'],
    ['ru', 'пятого декабря в десять', '10:00'],
    ['ru', 'после дождя', '?none'],
    ['en', 'half past two', '14:30'],
    ['en', 'quarter to three', '14:45'],
    ['en', 'ten past four pm', '16:10'],
    ['en', 'five pm', '17:00'],
    ['en', '5pm', '17:00'],
    ['en', '5 p.m.', '17:00'],
    ['en', 'ten thirty', '10:30'],
    ['en', 'nine in the morning', '09:00'],
    ['en', 'at noon', '12:00'],
    ['en', 'tomorrow at five', '17:00'],
    ['en', "ten o'clock", '10:00'],
    ['he', 'בשעה חמש', '17:00'],
    ['he', 'שתיים וחצי', '14:30'],
    ['he', 'רבע לשלוש', '14:45'],
    ['he', 'שלוש ורבע', '15:15'],
    ['he', 'תשע בבוקר', '09:00'],
    ['he', 'בחמש בערב', '17:00'],
    ['he', 'מחר בחמש', '17:00'],
    ['he', '15:30', '15:30'],
  ],
  phone: [
    [
      'ru',
      'восемь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят девять',
      '+79123456789',
    ],
    ['ru', '+7 912 345-67-89', '+79123456789'],
    [
      'ru',
      'плюс семь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят девять',
      '+79123456789',
    ],
    ['ru', '7 912 345 67 89', '+79123456789'],
    ['ru', 'девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят девять', '+79123456789'],
    ['ru', 'восемь девятьсот двенадцать', '?incomplete'],
    ['ru', 'какой номер', '?none'],
    ['en', 'two one two five five five oh one double nine', '+12125550199'],
    ['en', '+44 20 7946 0958', '+442079460958'],
    ['he', 'אפס חמש ארבע אחת שתיים שלוש ארבע חמש שש שבע', '+972541234567'],
    ['he', '054-1234567', '+972541234567'],
  ],
  email: [
    ['ru', 'иван точка петров собака яндекс точка ру', 'ivan.petrov@yandex.ru'],
    ['ru', 'моя почта иван точка петров собака яндекс точка ру', 'ivan.petrov@yandex.ru'],
    ['ru', 'маша восемьдесят пять собака мейл точка ру', 'masha85@mail.ru'],
    ['ru', 'инфо собака джимейл точка ком', 'info@gmail.com'],
    ['ru', 'эй би си нижнее подчёркивание один собака яндекс точка ру', 'abc_1@yandex.ru'],
    ['ru', 'ivan@yandex.ru', 'ivan@yandex.ru'],
    ['ru', 'иван собака яндекс', '?incomplete'],
    ['ru', 'нет почты', '?none'],
    ['en', 'john dot smith at gmail dot com', 'john.smith@gmail.com'],
    ['en', "it's john dot smith at gmail dot com", 'john.smith@gmail.com'],
    ['en', 'j o h n at example dot co dot uk', 'john@example.co.uk'],
    ['en', 'john underscore nine nine at yahoo dot com', 'john_99@yahoo.com'],
    ['en', 'John.Smith@gmail.com', 'john.smith@gmail.com'],
    ['en', 'meet me at noon', '?incomplete'],
    ['he', 'dani נקודה cohen שטרודל גימייל נקודה קום', 'dani.cohen@gmail.com'],
    ['he', 'דני שטרודל גימייל נקודה קום', '?none'],
  ],
  name: [
    ['ru', 'Иван', 'Иван'],
    ['ru', 'меня зовут Иван Петров', 'Иван Петров'],
    ['ru', 'ну, Мария', 'Мария'],
    ['ru', 'Анна-Мария', 'Анна-Мария'],
    ['ru', 'и в а н', 'Иван'],
    ['ru', 'эм а эр и я', 'Мария'],
    ['ru', 'а сколько стоит', '?none'],
    ['ru', 'не скажу', '?none'],
    ['en', 'John', 'John'],
    ['en', "my name is John O'Brien", "John O'Brien"],
    ['en', 'J-O-H-N', 'John'],
    ['en', 'jay oh aitch en', 'John'],
    ['en', 'how much is it', '?none'],
    ['he', 'דני', 'דני'],
    ['he', 'קוראים לי דני כהן', 'דני כהן'],
    ['he', 'כמה זה עולה', '?none'],
  ],
};

describe.each(Object.entries(TABLES))('a %s from speech', (type, rows) => {
  it.each(rows)('%s: %s is %s', (language, text, expected) => {
    expect(read({ type: type as SlotKind }, text, language)).toBe(expected);
  });
});

describe('an answer', () => {
  it.each<readonly [SlotSpec, string, string]>([
    [{ type: 'digits', length: 4 }, 'один два три', '?incomplete'],
    [{ type: 'digits', length: 4 }, 'один два три четыре пять', '?outOfRange'],
    [{ type: 'digits', length: { min: 2, max: 4 } }, 'один два три', '123'],
    [{ type: 'number', min: 1, max: 10 }, 'двенадцать', '?outOfRange'],
    [{ type: 'number' }, 'полторы тысячи', '1500'],
    [{ type: 'number' }, 'тыщу двести', '1200'],
    [{ type: 'text' }, '  синий   насос ', 'синий насос'],
    [{ type: 'text' }, ' … ', '?none'],
  ])('keeps the bounds of its slot: %j %s', (spec, text, expected) => {
    expect(read(spec, text, 'ru')).toBe(expected);
  });

  it.each<readonly [SlotKind, keyof typeof TAGS, string, boolean]>([
    ['yesNo', 'ru', 'да, пожалуйста', true],
    ['yesNo', 'ru', 'да я хотел спросить про доставку', false],
    ['number', 'ru', 'мне нужно две штуки', true],
    ['number', 'ru', 'одну штуку', true],
    ['number', 'ru', 'у меня сломались два насоса', false],
    [
      'phone',
      'ru',
      'мой номер восемь девятьсот двенадцать триста сорок пять шестьдесят семь восемьдесят девять',
      true,
    ],
    ['date', 'ru', 'завтра в пять вечера', true],
    ['date', 'en', 'my brother came tomorrow', false],
    ['time', 'en', 'tomorrow at five', true],
    ['name', 'ru', 'меня зовут Иван', true],
    ['name', 'ru', 'Насос', false],
    ['email', 'en', 'john dot smith at gmail dot com', true],
  ])('is certain only where nothing else was said: %s %s: %s', (type, language, text, isCertain) => {
    expect(readSlot({ type }, text, { language: TAGS[language], today: TODAY })).toMatchObject({ isCertain });
  });

  it('is said back so that the caller can check it', () => {
    const back = (type: SlotKind, text: string, language: keyof typeof TAGS = 'ru') => {
      const reading = readSlot({ type }, text, { language: TAGS[language], today: TODAY });
      return 'value' in reading ? reading.spokenBack : reading.unclear;
    };
    expect(back('phone', '+79123456789')).toBe('8 912 345 67 89');
    expect(back('email', 'ivan.petrov@yandex.ru')).toBe('ivan точка petrov собака yandex точка ru');
    expect(back('date', 'завтра')).toBe('30 ноября');
    expect(back('date', 'march 12 1985', 'en')).toBe('March 12, 1985');
    expect(back('digits', 'один два')).toBe('1 2');
  });

  it.each([
    ['1A', '01:00'],
    ['01:00', '01:00'],
    ['03:30', '03:30'],
    ['1:00', '13:00'],
    ['в 3', '15:00'],
    ['в 07:00 вечера', '19:00'],
  ])('of a time written «%s» is %s: a nought before it is the clock of 24 hours', (text, value) => {
    expect(readSlot({ type: 'time' }, text, { language: TAGS.ru, today: TODAY })).toMatchObject({ value });
  });

  it('of any text can be read without a fault, and a value that was read is read again as itself', () => {
    const kinds = SLOT_KINDS.filter((kind) => kind !== 'name' && kind !== 'text');
    const pieces = [
      'да',
      'нет',
      'восемь',
      '912',
      'завтра',
      'в',
      'пять',
      'собака',
      'точка',
      'ру',
      'мая',
      'יום',
      'שלוש',
      'at',
      'half',
      'past',
      '+',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.oneof(
          fc.string(),
          fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((words) => words.join(' ')),
        ),
        fc.constantFrom(...Object.values(TAGS)),
        (type, text, language) => {
          const spec = { type, values: { да: [], '912': ['завтра'] } };
          const reading = readSlot(spec, text, { language, today: TODAY });
          if (!('value' in reading)) return;
          const again = readSlot(spec, type === 'yesNo' ? reading.spokenBack : reading.value, {
            language,
            today: TODAY,
          });
          expect(again).toMatchObject({ value: reading.value });
        },
      ),
      { numRuns: 2000 },
    );
  });
});
