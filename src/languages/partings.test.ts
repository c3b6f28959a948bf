import { describe, expect, it } from 'vitest';
import { isBotsGoodbye, isGoodbye } from './partings.ts';
import { LANGUAGES } from './registry.ts';

const CALLERS_GOODBYES = {
  'ru-RU': [
    'Нет, это всё, до свидания.',
    'Спасибо, Анна, до свидания!',
    'Мне пора, пока.',
    'до свидания',
    'До свидания!',
    'Всё, спасибо, пока.',
    'пока',
    'Пока-пока.',
    'ну пока',
    'ладно, пока',
    'спасибо, до свидания',
    'Спасибо большое, всего доброго.',
    'хорошо спасибо до свиданья',
    'нет, спасибо, до свидания',
    'больше ничего не нужно, до свидания',
    'всё понятно спасибо всего хорошего',
    'хорошего дня',
    'И вам хорошего дня, до свидания!',
    'хорошего вам вечера',
    'всего вам доброго',
    'спокойной ночи',
    'до завтра',
    'до встречи',
    'до понедельника',
    'до связи',
    'давайте до свидания',
    'прощайте',
    'счастливо',
    'чао',
    'бай-бай',
    'пока, спасибо',
    'я подумаю, до свидания',
    'я перезвоню позже, пока',
    'До свидания, Анна.',
    'okay, bye',
    'угу, ага, всё, до свидания',
  ],
  'en-US': [
    'bye',
    'Bye-bye!',
    'goodbye',
    'Good bye.',
    'thanks, goodbye',
    'Thank you very much, bye.',
    "okay that's all thanks bye",
    "No, that's all. Thank you. Goodbye.",
    'see you',
    'see you later',
    'see you tomorrow',
    'have a nice day',
    'you too, bye',
    'Thanks for your help, have a great day!',
    'take care',
    'good night',
    'alright bye now',
    'talk to you later',
    'I have to go now, bye',
    "Thanks, I'll call back later, goodbye.",
    'Goodbye, Anna!',
    'Thanks, Anna, goodbye.',
    'Goodnight!',
    'bye bye bye',
    'enjoy your weekend',
  ],
  'he-IL': [
    'להתראות',
    'תודה ביי',
    'תודה רבה, להתראות!',
    'ביי ביי',
    'יאללה ביי',
    'טוב, תודה, ביי',
    'יום טוב',
    'תודה ויום טוב',
    'שיהיה לך יום נעים',
    'לילה טוב',
    'כל טוב',
    'בסדר גמור, תודה ולהתראות',
    'זה הכל, תודה, ביי',
    'לא תודה, להתראות',
    'נתראה מחר',
    'גם לך, ביי',
    'שבת שלום, להתראות',
    'היו שלום',
    'bye',
  ],
};

const NO_GOODBYES = {
  'ru-RU': [
    '',
    'пока не знаю',
    'Пока нет, спасибо.',
    'пока нет',
    'пока всё, спасибо',
    'пока что да',
    'я пока подумаю',
    'пока хорошо',
    'подождите пока',
    'спасибо',
    'Всё, спасибо.',
    'спасибо, хорошо',
    'нет спасибо',
    'До свидания?',
    'как будет по-английски до свидания',
    'до свидания не говорите',
    'передайте ему до свидания',
    'до завтра успеете',
    'до понедельника нужно',
    'до встречи осталось два часа',
    'всего два',
    'всего хорошего мало',
    'мне хорошего дня не надо',
    'Доброй ночи.',
    'добрый день',
    'здравствуйте',
    'до свидания, у меня ещё вопрос',
    'пока, а сколько стоит доставка',
    'удачи бы мне',
    'чай',
    'да',
    'до вечера привезёте',
  ],
  'en-US': [
    '',
    'goodbye gift',
    'a goodbye gift',
    'thanks',
    'thank you very much',
    "that's all",
    'okay',
    'no thanks',
    'bye?',
    "don't say goodbye",
    'I want to say goodbye to my old number',
    'see you tomorrow at five',
    'see',
    'have a good one in stock',
    'good evening',
    'hello',
    'good morning',
    'goodbye but wait',
    'bye the way',
    'I have to go',
    'what time is bye bye baby playing',
    'goodbye, wait, how much is it',
    'night',
    'a good day for me is Monday',
  ],
  'he-IL': [
    '',
    'תודה',
    'תודה רבה',
    'שלום',
    'שלום, יום טוב',
    'ערב טוב',
    'שבת שלום',
    'כן',
    'טוב',
    'מתנה להתראות',
    'ביי?',
    'להתראות אבל יש לי עוד שאלה',
    'ביי, רגע',
    'יום טוב בשבילי הוא יום שני',
    'נדבר',
    'לא',
  ],
};

const BOTS_GOODBYES = {
  'ru-RU': [
    'Спасибо за звонок. До свидания!',
    'До свидания!',
    'Записала вас на вторник, в десять. Всего доброго!',
    'Заказ оформлен, до свидания.',
    'Хорошего вам дня!',
    'Всего доброго, Анна!',
    'Всего доброго, Анна Петровна!',
    'Рада была помочь. Хорошего дня и до свидания!',
    'До свидания! Спасибо за звонок.',
    'Ваш заказ будет завтра.| До свидания!',
    'Хорошо | до свидания',
    'Если передумаете, звоните. До свидания!',
    'Пожалуйста! Обращайтесь. Всего хорошего.',
  ],
  'en-US': [
    'Thank you for calling. Goodbye!',
    'Your order is on its way. Have a nice day!',
    "You're welcome, Anna. Take care, bye!",
    'Goodbye, Anna Smith!',
    'All set, see you on Tuesday.',
    'Goodbye! Thank you for calling.',
    'Anything else can wait. Bye.',
  ],
  'he-IL': [
    'תודה שהתקשרתם. להתראות!',
    'ההזמנה התקבלה, להתראות!',
    'יום טוב!',
    'להתראות, דנה!',
    'שמחתי לעזור. שיהיה לך יום נעים!',
  ],
};

const NO_BOTS_GOODBYES = {
  'ru-RU': [
    '',
    'До свидания! Или у вас есть ещё вопросы?',
    'Что-нибудь ещё? До свидания!',
    'Если вопросов больше нет, до свидания!',
    'Чтобы закончить, скажите до свидания.',
    'Чтобы закончить, скажите «до свидания».',
    'До свидания мы говорим в конце.',
    'Мы работаем до вечера.',
    'Спасибо за звонок.',
    'До свидания! Ой, забыла: доставка завтра.',
    'Пока нет.',
    'Спасибо. Пока всё.',
    'Хорошего дня для доставки пока нет.',
    'Подождите, пока',
    'Здравствуйте! Чем могу помочь?',
  ],
  'en-US': [
    '',
    'Goodbye! Or is there anything else?',
    'If there is nothing else, goodbye!',
    'You can say goodbye to end the call.',
    'Say "goodbye" to end the call.',
    'Thank you for calling.',
    'We have a goodbye gift.',
    'Goodbye! Oh, and your order comes tomorrow.',
    'One moment, please.',
  ],
  'he-IL': [
    '',
    'להתראות! יש עוד שאלות?',
    'אם אין עוד שאלות, להתראות!',
    'תודה שהתקשרתם.',
    'שלום! איך אפשר לעזור?',
    'אפשר לומר להתראות בסוף.',
  ],
};

const rows = (table: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(table).flatMap(([language, texts]) => texts.map((text) => [language, text] as const));

describe('a caller says goodbye', () => {
  it.each(rows(CALLERS_GOODBYES))('%s: "%s"', (language, text) => {
    expect(isGoodbye(text, language)).toBe(true);
    expect(isGoodbye(text.toLowerCase(), language)).toBe(!/, (Анна|Anna)/u.test(text));
    expect(isGoodbye(text, 'auto')).toBe(true);
  });

  it.each(rows(NO_GOODBYES))('not so in %s with "%s"', (language, text) => {
    expect(isGoodbye(text, language)).toBe(false);
  });

  it('is not found in a long speech, however polite', () => {
    expect(isGoodbye('спасибо '.repeat(10_000) + 'до свидания', 'ru-RU')).toBe(false);
  });
});

describe('the bot says goodbye', () => {
  it.each(rows(BOTS_GOODBYES))('%s: "%s"', (language, text) => {
    expect(isBotsGoodbye(text, language)).toBe(true);
  });

  it.each(rows(NO_BOTS_GOODBYES))('not so in %s with "%s"', (language, text) => {
    expect(isBotsGoodbye(text, language)).toBe(false);
  });

  it.each(Object.entries(LANGUAGES))(
    'with the words that are shipped in %s, and with no other of them',
    (tag, { words }) => {
      expect(isBotsGoodbye(words.goodbye, tag)).toBe(true);
      const others = [
        words.greeting,
        words.apology,
        words.reconnected,
        ...words.hold,
        ...words.repeat,
        ...words.silence,
      ];
      const fillers = Object.values(words.fillers).flat();
      expect([...others, ...fillers].filter((text) => isBotsGoodbye(text, tag))).toEqual([]);
    },
  );
});
