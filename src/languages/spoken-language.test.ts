import { describe, expect, it } from 'vitest';
import { languageAskedFor, spokenLanguage } from './spoken-language.ts';

const CANDIDATES = ['ru-RU', 'en-US', 'he-IL'];

type Case = [current: string, text: string, spoken: string, told?: string];

function languageOf([current, text, , told]: Case, candidates = CANDIDATES): string {
  return spokenLanguage({ text, current, told, candidates });
}

describe('a caller who speaks another language of the bot', () => {
  it.each<Case>([
    ['ru-RU', 'Do you deliver on Sunday?', 'en-US'],
    ['ru-RU', 'how much is it', 'en-US'],
    ['ru-RU', 'Hello, can you hear me?', 'en-US'],
    ['ru-RU', "I'd like to order a pump", 'en-US', 'en-US'],
    ['ru-RU', 'I want to order', 'en-US', 'ru-RU'],
    ['ru-RU', 'My name is John Smith', 'en-US'],
    ['ru-RU', 'When do you open tomorrow morning?', 'en-US'],
    ['ru-RU', "Sorry, I don't understand", 'en-US'],
    ['ru-RU', 'delivery tomorrow please', 'en-US'],
    ['ru-RU', 'I would like to order some борщ please', 'en-US'],
    ['ru-RU', 'I need 25 of them by Friday', 'en-US'],
    ['ru-RU', 'сорок two I need to know the price', 'en-US'],
    ['ru-RU', 'אני רוצה להזמין משלוח', 'he-IL'],
    ['ru-RU', 'כמה זה עולה?', 'he-IL', 'he-IL'],
    ['ru-RU', 'שלום, מתי אתם פתוחים?', 'he-IL'],
    ['en-US', 'Сколько стоит доставка?', 'ru-RU'],
    ['en-US', 'Здравствуйте, меня зовут Иван', 'ru-RU'],
    ['en-US', 'я хочу заказать насос', 'ru-RU', 'en-US'],
    ['en-US', 'А когда вы работаете?', 'ru-RU'],
    ['en-US', 'Ещё вопрос', 'ru-RU'],
    ['en-US', 'ok сколько это стоит', 'ru-RU'],
    ['en-US', 'איפה אתם נמצאים', 'he-IL'],
    ['he-IL', 'У вас есть свободное время завтра?', 'ru-RU'],
    ['he-IL', 'Where are you located?', 'en-US'],
    ['he-IL', 'Не понимаю вас, говорите громче', 'ru-RU'],
  ])('is answered in it (%s, %j → %s)', (...one: Case) => {
    expect(languageOf(one)).toBe(one[2]);
  });
});

describe('a caller who only drops a word of another language', () => {
  it.each<Case>([
    ['ru-RU', 'ok', 'ru-RU', 'en-US'],
    ['ru-RU', 'Okay, okay', 'ru-RU', 'en-US'],
    ['ru-RU', 'Hello?', 'ru-RU', 'en-US'],
    ['ru-RU', 'Oh okay what', 'ru-RU', 'en-US'],
    ['ru-RU', 'Thank you', 'ru-RU', 'en-US'],
    ['ru-RU', 'Yes', 'ru-RU', 'en-US'],
    ['ru-RU', 'Goodbye', 'ru-RU'],
    ['ru-RU', 'Bye bye', 'ru-RU', 'en-US'],
    ['ru-RU', 'what', 'ru-RU', 'en-US'],
    ['ru-RU', 'Samsung Galaxy S21 Ultra', 'ru-RU', 'en-US'],
    ['ru-RU', 'iPhone 15 Pro Max', 'ru-RU', 'en-US'],
    ['ru-RU', 'The North Face', 'ru-RU', 'en-US'],
    ['ru-RU', 'Lord of the Rings', 'ru-RU', 'en-US'],
    ['ru-RU', 'Bank of America', 'ru-RU', 'en-US'],
    ['ru-RU', 'John Smith', 'ru-RU', 'en-US'],
    ['ru-RU', 'Johnson and Johnson', 'ru-RU', 'en-US'],
    ['ru-RU', 'five six seven', 'ru-RU', 'en-US'],
    ['ru-RU', '8 916 123 45 67', 'ru-RU', 'en-US'],
    ['ru-RU', 'ivan.petrov@example.com', 'ru-RU', 'en-US'],
    ['ru-RU', 'Я хочу Bosch Professional', 'ru-RU', 'en-US'],
    ['ru-RU', 'I want борщ', 'ru-RU'],
    ['ru-RU', 'Давайте сделаем meeting на Friday please', 'ru-RU', 'en-US'],
    ['ru-RU', 'у вас есть what you need', 'ru-RU'],
    ['ru-RU', 'תודה רבה', 'ru-RU', 'he-IL'],
    ['ru-RU', 'שלום', 'ru-RU', 'he-IL'],
    ['ru-RU', 'רחוב הרצל', 'ru-RU', 'he-IL'],
    ['ru-RU', '', 'ru-RU', 'en-US'],
    ['ru-RU', '…', 'ru-RU', 'en-US'],
    ['ru-RU', 'Guten Tag haben Sie heute offen', 'ru-RU', 'de-DE'],
    ['en-US', 'Спасибо', 'en-US', 'ru-RU'],
    ['en-US', 'спасибо большое', 'en-US', 'ru-RU'],
    ['en-US', 'Иван Петров', 'en-US', 'ru-RU'],
    ['en-US', 'улица Ленина дом пять', 'en-US', 'ru-RU'],
    ['en-US', 'до свидания', 'en-US', 'ru-RU'],
    ['en-US', 'сто двадцать пять', 'en-US', 'ru-RU'],
    ['en-US', 'מזל טוב', 'en-US', 'he-IL'],
    ['he-IL', 'אוקיי bye', 'he-IL', 'en-US'],
    ['he-IL', 'אני רוצה iPhone', 'he-IL', 'en-US'],
    ['he-IL', 'Привет', 'he-IL', 'ru-RU'],
  ])('is answered as before (%s, %j)', (...one: Case) => {
    expect(languageOf(one)).toBe(one[2]);
  });
});

describe('a caller who asks for a language', () => {
  it.each<Case>([
    ['ru-RU', 'Можно по-английски?', 'en-US'],
    ['ru-RU', 'Извините, я плохо понимаю, можно по-английски', 'en-US'],
    ['ru-RU', 'извините я плохо понимаю можно на английском пожалуйста', 'en-US'],
    ['ru-RU', 'Вы говорите по-английски?', 'en-US'],
    ['ru-RU', 'А давайте перейдём на английский', 'en-US'],
    ['ru-RU', 'По-английски, пожалуйста', 'en-US'],
    ['ru-RU', 'по английски можно', 'en-US'],
    ['ru-RU', 'Я не говорю по-русски, можно на иврите?', 'he-IL'],
    ['ru-RU', 'ду ю спик инглиш', 'en-US'],
    ['ru-RU', 'English please', 'en-US'],
    ['en-US', 'Do you speak Russian?', 'ru-RU', 'en-US'],
    ['en-US', 'Can we speak Russian, please?', 'ru-RU'],
    ['en-US', "Sorry, I don't speak English. Do you speak Hebrew?", 'he-IL'],
    ['en-US', 'could you please switch to Hebrew', 'he-IL'],
    ['en-US', "I'd rather speak Russian", 'ru-RU'],
    ['en-US', 'can you change the language to Russian', 'ru-RU'],
    ['he-IL', 'אפשר ברוסית?', 'ru-RU'],
    ['he-IL', 'אתם מדברים אנגלית?', 'en-US'],
    ['he-IL', 'סליחה, אפשר לדבר באנגלית בבקשה', 'en-US'],
    ['ru-RU', 'אפשר בעברית?', 'he-IL'],
    // In Hebrew, for what is spoken already.
    ['ru-RU', 'אפשר לדבר ברוסית?', 'ru-RU'],
    ['ru-RU', 'Do you speak Russian?', 'ru-RU', 'en-US'],
  ])('gets it (%s, %j → %s)', (...one: Case) => {
    expect(languageOf(one)).toBe(one[2]);
  });

  it.each([
    'Можно меню на английском?',
    'Можно по-английски подписать договор?',
    'Как будет по-английски «насос»?',
    'а как вы говорите это по-английски',
    'Не говорите по-английски',
    'Моя жена говорит по-английски',
    'Я учу английский',
    'Хочу на английский',
    'хочу записаться на английский язык',
    'Вы переводите с русского на английский?',
    'Do you translate from Hebrew to Russian for me and my wife Anna',
    'אני רוצה אנגלית',
    'У вас есть книга на английском языке?',
    'Do you have Russian tea?',
    "I don't want to speak Russian",
    "My wife doesn't speak English",
    'Do you speak Russian customers out of it',
    'How do you say it in Russian?',
    'אני לומד אנגלית',
    'יש לכם ספרים ברוסית?',
    'איך אומרים את זה באנגלית',
  ])('is not taken for one who only speaks of it: %s', (text) => {
    expect(languageAskedFor(text)).toBeUndefined();
  });

  it('is answered as before where the bot does not speak it', () => {
    expect(languageOf(['ru-RU', 'Можно на иврите?', ''], ['ru-RU', 'en-US'])).toBe('ru-RU');
  });
});

describe('a language whose words are not known', () => {
  const WITH_GERMAN = ['ru-RU', 'en-US', 'de-DE'];

  it.each<Case>([
    ['ru-RU', 'Guten Tag, haben Sie heute geöffnet?', 'de-DE', 'de-DE'],
    ['en-US', 'Guten Tag, haben Sie heute geöffnet?', 'de-DE', 'de-DE'],
    ['de-DE', 'Can you tell me the price?', 'en-US', 'en-US'],
    ['de-DE', 'Сколько это стоит?', 'ru-RU', 'de-DE'],
    ['de-DE', 'Was kostet das so in etwa', 'de-DE', 'de-DE'],
    // Nobody but a recognizer can tell.
    ['ru-RU', 'Guten Tag, haben Sie heute geöffnet?', 'ru-RU'],
    ['ru-RU', 'Volkswagen Passat', 'ru-RU', 'de-DE'],
    ['ru-RU', 'Сколько это стоит?', 'ru-RU', 'de-DE'],
    ['en-US', 'What do you have there today?', 'en-US', 'de-DE'],
  ])('is spoken where the recognizer says so and nothing speaks against it (%s, %j → %s)', (...one: Case) => {
    expect(languageOf(one, WITH_GERMAN)).toBe(one[2]);
  });
});

it('a bot of one language never leaves it', () => {
  expect(languageOf(['ru-RU', 'Do you speak English?', '', 'en-US'], ['ru-RU'])).toBe('ru-RU');
});

it('a text that is made to be read slowly is read at once', () => {
  const texts = [
    'можно '.repeat(2000),
    'do you '.repeat(1500),
    'по английски '.repeat(1000),
    '.'.repeat(10_000),
    'אפשר '.repeat(2000),
  ];
  const beganAt = performance.now();
  for (const text of texts) languageOf(['he-IL', text, '']);
  expect(performance.now() - beganAt).toBeLessThan(1000);
});
