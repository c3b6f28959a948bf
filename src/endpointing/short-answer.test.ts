import { describe, expect, it } from 'vitest';
import { adaptive } from './adaptive.ts';

const SILENCE_MS = 600;
const endOfTurn = adaptive(SILENCE_MS);
const waitMs = (lastSaid: string | undefined, text: string, language: string) =>
  endOfTurn.waitMs({ text, language, endOfUtterance: false, lastSaid });

describe('a short answer to what the bot has just asked', () => {
  it.each([
    ['ru-RU', 'На какой день?', 'в субботу'],
    ['ru-RU', 'Сколько вас будет?', 'двое'],
    ['ru-RU', 'Сколько вам билетов?', 'пять'],
    ['ru-RU', 'Карта или наличные?', 'картой'],
    ['ru-RU', 'Какую вам пиццу?', 'острую'],
    ['en-US', 'How many tickets?', 'five'],
    ['en-US', 'Card or cash?', 'by card'],
    ['en-US', 'Where are you?', 'near the bridge'],
    ['he-IL', 'כמה כרטיסים?', 'חמש'],
    ['he-IL', 'תה או קפה?', 'קפה'],
  ])('ends the turn sooner than the silence, in %s: %s %s', (language, asked, answer) => {
    expect(waitMs(asked, answer, language)).toBeLessThan(500);
  });

  it.each([
    ['ru-RU', 'Сколько вас будет?', 'нас будет'],
    ['ru-RU', 'На какой день?', 'лучше'],
    ['ru-RU', 'Карта или наличные?', 'можно мне'],
    ['ru-RU', 'Как вас зовут?', 'меня зовут'],
    ['en-US', 'How many tickets?', 'i need'],
    ['en-US', 'Card or cash?', 'can i'],
    ['he-IL', 'כמה כרטיסים?', 'אני רוצה'],
  ])('is waited for where a word is missing, in %s: %s %s', (language, asked, beginning) => {
    expect(waitMs(asked, beginning, language)).toBeGreaterThan(SILENCE_MS);
  });

  it('is waited for as ever where anything may be told, and where nothing was asked', () => {
    for (const lastSaid of ['Чем могу помочь?', 'Мы работаем до шести.', undefined]) {
      expect(waitMs(lastSaid, 'пять', 'ru-RU')).toBe(1500);
      expect(waitMs(lastSaid, 'мой брат', 'ru-RU')).toBe(900);
    }
  });

  it('leaves a number that is dictated its time', () => {
    expect(waitMs('Какой у вас номер телефона?', 'восемь девятьсот', 'ru-RU')).toBe(2500);
    expect(waitMs('Какой у вас номер телефона?', 'восемь', 'ru-RU')).toBe(2500);
  });

  it.each([
    ['ru-RU', 'Где вас забрать?', 'у вокзала'],
    ['ru-RU', 'Как ваша фамилия?', 'тарасенко'],
    ['ru-RU', 'Вам завернуть?', 'в две коробки'],
    ['ru-RU', 'Карта или наличные?', 'карта'],
    ['ru-RU', 'Что-нибудь еще?', 'и лимонад'],
    ['ru-RU', 'Какую сумму внести?', 'две тысячи триста'],
    ['ru-RU', 'На какие даты?', 'с шестого по восьмое'],
    ['ru-RU', 'Когда вы родились?', 'второе мая семидесятого года'],
    ['en-US', 'Single or double?', 'double'],
    ['en-US', 'Anything else?', "that's it"],
    ['en-US', 'Shall I wrap it?', 'in two boxes please'],
    ['en-US', 'And your last name?', 'kowalski'],
    ['en-US', "What's your date of birth?", 'may second nineteen seventy'],
    ['he-IL', 'מה שם המשפחה?', 'אלמוג'],
    ['he-IL', 'לעטוף לך?', 'בשתי קופסאות'],
    ['he-IL', 'כמה להעביר?', 'אלפיים ושלוש מאות'],
    // By its number, whatever its groups and letters.
    ['ru-RU', 'Какой номер дома?', 'двадцать один б'],
    ['ru-RU', 'Какой этаж?', 'третий'],
    ['ru-RU', 'Оцените ответ от одного до пяти.', 'четыре'],
    ['ru-RU', 'Назовите год рождения.', 'шестьдесят третий'],
    ['en-US', 'What is the house number?', 'two fourteen'],
    ['en-US', 'What year were you born?', 'nineteen eighty four'],
    ['en-US', 'How would you rate it from one to ten?', 'seven'],
    ['he-IL', 'באיזו שנה נולדת?', 'תשעים ושלוש'],
    ['he-IL', 'איזו דירה?', 'חמש כניסה ג'],
    ['ru-RU', 'Назовите имя и фамилию.', 'вера мухина'],
    ['en-US', 'Could I have your full name?', 'sarah bennett'],
    ['he-IL', 'מה המייל שלך?', 'אורי שטרודל גימייל נקודה קום'],
  ])(
    'ends the turn sooner than the silence by the kind of question, in %s: %s %s',
    (language, asked, answer) => {
      expect(waitMs(asked, answer, language)).toBeLessThan(500);
    },
  );

  it.each([
    // "Yes" to what wants more than yes.
    ['ru-RU', 'На какой день?', 'да'],
    ['ru-RU', 'На какой день?', 'можно'],
    ['en-US', "What's your name?", 'sure'],
    ['en-US', 'Anything else?', 'yes'],
    ['he-IL', 'באיזה יום?', 'כן'],
    // Half of two answers.
    ['ru-RU', 'На какой день и во сколько вас записать?', 'в субботу'],
    ['en-US', 'What day and what time would you like?', 'on saturday'],
    ['he-IL', 'באיזה יום ובאיזו שעה?', 'ביום שלישי'],
    // Half of an address, of a range, of a birthday.
    ['ru-RU', 'Какой у вас адрес?', 'улица'],
    ['ru-RU', 'Какой у вас адрес?', 'проспект космонавтов'],
    ['ru-RU', 'Какой у вас адрес?', 'речная дом пять корпус'],
    ['ru-RU', 'На какие даты?', 'с шестого'],
    ['ru-RU', 'Назовите дату рождения.', 'второе мая'],
    ['ru-RU', 'Назовите дату рождения.', 'второе мая тысяча девятьсот'],
    ['en-US', "What's your address?", 'twenty four'],
    ['en-US', "What's your address?", 'apartment'],
    ['en-US', "What's your date of birth?", 'may second'],
    ['he-IL', 'מה הכתובת?', 'רחוב'],
    ['he-IL', 'מה תאריך הלידה?', 'שני במאי'],
    // Half of a name, of a year; a number that is taken back.
    ['ru-RU', 'Назовите имя и фамилию.', 'вера'],
    ['en-US', 'Could I have your full name?', 'sarah'],
    ['he-IL', 'מה השם המלא?', 'יעל'],
    ['en-US', 'What year were you born?', 'nineteen'],
    ['ru-RU', 'Назовите год рождения.', 'тысяча девятьсот'],
    ['ru-RU', 'Сколько вас будет?', 'пять нет'],
    ['en-US', 'How many of you?', 'five no'],
    ['he-IL', 'כמה תהיו?', 'חמישה לא'],
    // A verb of the question is none of what it offers.
    ['en-US', 'Would you prefer tea or coffee?', 'i prefer'],
    // A name that is only announced.
    ['ru-RU', 'Как вас зовут?', 'это'],
    ['en-US', "What's your name?", 'it is'],
    ['he-IL', 'מה השם?', 'זה'],
    // Asked back, and not answered.
    ['ru-RU', 'Самовывоз или доставка?', 'а доставка'],
    ['en-US', 'Pickup or delivery?', 'is delivery'],
  ])('is given its time where half of it is missing, in %s: %s %s', (language, asked, answer) => {
    expect(waitMs(asked, answer, language)).toBeGreaterThanOrEqual(SILENCE_MS);
  });

  it.each([
    ['ru-RU', 'Назовите последние четыре цифры карты.', 'шестьдесят два', 'восемнадцать'],
    ['ru-RU', 'Назовите шестизначный код.', 'двадцать | сорок один', 'семь | ноль'],
    [
      'ru-RU',
      'На какой номер вам перезвонить?',
      'восемь девятьсот | двадцать шесть | сто | двенадцать',
      'тридцать один сорок',
    ],
    [
      'ru-RU',
      'Чем могу помочь?',
      'восемь девятьсот | двадцать шесть | сто | двенадцать',
      'тридцать один сорок',
    ],
    ['ru-RU', 'Продиктуйте почту.', 'олег | точка смирнов | собака яндекс', 'точка ру'],
    ['en-US', 'What are the last four digits?', 'four one | two', 'nine'],
    ['en-US', "What's your phone number?", 'six one seven | five five five | oh one', 'nine nine'],
    ['en-US', 'Where can we reach you?', 'six one seven | five five five | oh one', 'nine nine'],
    ['he-IL', 'מה ארבע הספרות האחרונות?', 'ארבעים ואחת', 'שמונים ושלוש'],
    ['he-IL', 'מה מספר הטלפון?', 'אפס חמש | שתיים שש שש | שלוש ארבע', 'אחת תשע תשע'],
  ])(
    'lets a number be dictated in groups, whatever the recognizer takes for an end, in %s: %s',
    (language, lastSaid, first, last) => {
      const groups = first.split(' | ');
      const waits = (text: string, endOfUtterance: boolean) =>
        endOfTurn.waitMs({ text, language, endOfUtterance, lastSaid });
      for (const said of groups.keys())
        for (const endOfUtterance of [false, true]) {
          const text = groups.slice(0, said + 1).join(' ');
          expect(waits(text, endOfUtterance), text).toBeGreaterThanOrEqual(600);
          if (said > 0) expect(waits(text, endOfUtterance), text).toBeGreaterThanOrEqual(1500);
        }
      expect(waits([...groups, last].join(' '), false)).toBeLessThanOrEqual(600);
    },
  );

  it.each([
    ['ru-RU', 'Какой номер заказа?', 'двадцать один | тридцать пять | сорок два', [2500, 1500, 1000]],
    ['en-US', "What's your order number?", 'four one | two nine | five five', [2500, 1500, 1000]],
    ['he-IL', 'מה מספר ההזמנה?', 'ארבע אחת | שתיים תשע | חמש חמש', [2500, 1500, 1000]],
    ['ru-RU', 'Назовите код из СМС.', 'сорок один | двадцать девять | пять', [2500, 1000, 2500]],
    ['en-US', 'Read me the code we sent you.', 'four one | two nine | five', [2500, 1000, 2500]],
    ['he-IL', 'מה הקוד שקיבלת?', 'ארבע אחת | שתיים תשע | חמש', [2500, 1000, 2500]],
  ])(
    'that may be all of a number whose length nobody knows is waited for less than its beginning, in %s: %s',
    (language, asked, number, expected) => {
      const groups = number.split(' | ');
      const waits = groups.map((_, at) => waitMs(asked, groups.slice(0, at + 1).join(' '), language));
      expect(waits).toEqual(expected);
    },
  );

  it('is half of a number behind a dash, a plus or a zero', () => {
    expect(waitMs('Назовите номер договора.', 'сто двадцать три дефис', 'ru-RU')).toBe(2500);
    expect(waitMs('Продиктуйте номер телефона.', 'плюс семь', 'ru-RU')).toBe(2500);
    expect(waitMs('What are the last four digits?', 'oh three', 'en-US')).toBe(2500);
    expect(waitMs('What are the last four digits?', 'it ends in oh three one seven', 'en-US')).toBe(300);
  });

  it('may be all of a number where a pause between its groups was read as none', () => {
    // 100 25 340 16 20, and 125 340 16 20.
    const snils = 'сто двадцать пять триста сорок шестнадцать двадцать';
    expect(waitMs('Назовите ваш СНИЛС.', snils, 'ru-RU')).toBe(1500);
  });

  it('is no sentence by the point behind it where its last word wants another', () => {
    for (const [text, language] of [
      ['Мне нужна.', 'ru-RU'],
      ['I need.', 'en-US'],
      ['אני רוצה.', 'he-IL'],
    ] as const)
      expect(waitMs(undefined, text, language), text).toBeGreaterThan(SILENCE_MS);
    expect(waitMs(undefined, 'Мне не нужна.', 'ru-RU')).toBe(300);
  });

  it('is one of many sentences where anything may be told', () => {
    const story = [
      'у меня сломался холодильник и телевизор',
      'i ordered two pizzas from you yesterday',
    ] as const;
    expect(waitMs('Чем могу помочь?', story[0], 'ru-RU')).toBe(420);
    expect(waitMs('How can I help?', story[1], 'en-US')).toBe(420);
  });

  it('is no number that was asked for where it only has one in it', () => {
    expect(waitMs('Какой номер заказа?', 'я звонил вам вчера в три', 'ru-RU')).toBeLessThan(1000);
    expect(waitMs('Which number should we call?', 'this one', 'en-US')).toBeLessThan(1000);
  });

  it('is judged by its words alone in a language that has none of its own', () => {
    expect(waitMs('¿Quiere reservar una mesa?', 'quiero reservar para', 'es-ES')).toBeGreaterThan(SILENCE_MS);
  });
});
