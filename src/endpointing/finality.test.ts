import { describe, expect, it } from 'vitest';
import { adaptive } from './adaptive.ts';
import { finalityOf, type Finality } from './finality.ts';

const SILENCE_MS = 600;
const endOfTurn = adaptive(SILENCE_MS);
const waitMs = (text: string, language: string) =>
  endOfTurn.waitMs({ text, language, endOfUtterance: false });

describe('what words without punctuation sound like', () => {
  it.each<readonly [Finality, string, string]>([
    ['finished', 'ru-RU', 'да спасибо'],
    ['finished', 'ru-RU', 'запишите меня на завтра'],
    ['finished', 'ru-RU', 'я вам перезвоню вечером'],
    ['likely', 'ru-RU', 'у меня сломался холодильник и телевизор'],
    ['unknown', 'ru-RU', 'сколько стоит доставка'],
    ['begun', 'ru-RU', 'мой брат'],
    ['wanting', 'ru-RU', 'завтра я'],
    ['wanting', 'ru-RU', 'я бы купил красные'],
    ['wanting', 'ru-RU', 'мне сказали'],
    ['finished', 'en-US', 'no thank you'],
    ['finished', 'en-US', "i'll come by tomorrow"],
    ['likely', 'en-US', 'send it to my old office'],
    ['wanting', 'en-US', 'the parcel was'],
    ['wanting', 'en-US', 'my sister and i'],
    ['begun', 'en-US', 'two tickets'],
    ['finished', 'he-IL', 'כן תודה'],
    ['finished', 'he-IL', 'אני אבוא מחר'],
    ['wanting', 'he-IL', 'אתמול אני'],
    ['unknown', 'ru-RU', 'а вода совсем холодная'],
    ['unknown', 'ru-RU', 'столик на двенадцать'],
    ['wanting', 'ru-RU', 'мне вчера привезли'],
    ['begun', 'ru-RU', 'подскажите пожалуйста'],
    ['unknown', 'ru-RU', 'алло у меня новый холодильник'],
    ['wanting', 'ru-RU', 'второй дом третья квартира корпус'],
    ['finished', 'en-US', 'you can send it to me'],
    ['unknown', 'en-US', 'how much extra is it'],
    ['begun', 'en-US', 'can you please'],
    ['unknown', 'en-US', 'good morning my new printer'],
    ['wanting', 'en-US', 'we are at terminal'],
    ['likely', 'he-IL', 'כמה עולה משלוח לחיפה'],
    ['wanting', 'he-IL', 'הזמנתי אתמול ועוד'],
    ['wanting', 'he-IL', 'יש חיוב שאני לא'],
    ['possible', 'es-ES', 'quiero reservar una mesa'],
    ['wanting', 'es-ES', 'quiero reservar una mesa para'],
    ['wanting', 'fr-FR', 'je voudrais parler avec'],
    ['wanting', 'it-IT', 'vorrei parlare con il'],
    ['unknown', 'de-DE', 'ich möchte einen Tisch für heute Abend'],
    // Greetings: some are a turn, others only call for attention.
    ['possible', 'ru-RU', 'добрый день'],
    ['possible', 'en-US', 'good afternoon'],
    ['possible', 'he-IL', 'ערב טוב'],
    ['begun', 'ru-RU', 'извините'],
    ['begun', 'en-US', 'excuse me'],
    // A name that was announced.
    ['possible', 'ru-RU', 'меня зовут вадим'],
    ['possible', 'en-US', 'my name is veronica'],
    ['possible', 'he-IL', 'קוראים לי תמר'],
    // What is denied is no label.
    ['unknown', 'ru-RU', 'я не нашел номер'],
    ['wanting', 'ru-RU', 'я нашел номер'],
    ['unknown', 'ru-RU', 'тут старый подъезд'],
    ['unknown', 'ru-RU', 'подъезд второй'],
    // What something does not do; of oneself it may go on.
    ['likely', 'en-US', "my door won't open"],
    ['unknown', 'en-US', "i don't remember"],
    ['likely', 'he-IL', 'המסך לא נדלק'],
    ['unknown', 'he-IL', 'אני לא זוכר'],
    // The last clause only begins.
    ['unknown', 'en-US', 'i left and when i came home'],
    ['unknown', 'en-US', 'the bell is broken so please'],
    ['unknown', 'ru-RU', 'звонок сломан так что пожалуйста'],
    ['unknown', 'he-IL', 'הפעמון מקולקל אז בבקשה'],
    ['wanting', 'ru-RU', 'а она мне'],
    ['wanting', 'en-US', 'ask them to tell her that'],
    ['finished', 'ru-RU', 'карта уже заблокирована'],
    ['likely', 'en-US', 'i know what that was about'],
    ['unknown', 'ru-RU', 'я бы хотел купить новые'],
    ['unknown', 'ru-RU', ''],
  ])('%s in %s: %s', (finality, language, text) => {
    expect(finalityOf(text, language)).toBe(finality);
  });
});

describe('a turn without punctuation', () => {
  it.each([
    ['ru-RU', 'заблокируйте ее прямо сейчас'],
    ['ru-RU', 'тот же самый'],
    ['ru-RU', 'с мебелью или без'],
    ['ru-RU', 'а как меня зовут'],
    ['ru-RU', 'с меня сняли деньги непонятно за что'],
    ['en-US', 'the same as before'],
    ['en-US', 'how long do i wait'],
    ['en-US', 'with breakfast or without'],
    ['he-IL', 'מאיפה יש לך המספר שלי'],
  ])('is not waited for as if more must come where nothing is missing, in %s: %s', (language, text) => {
    expect(waitMs(text, language)).toBeLessThanOrEqual(SILENCE_MS);
  });

  it.each([
    ['ru-RU', 'сейчас'],
    ['ru-RU', 'номер заказа я сейчас'],
    ['ru-RU', 'здравствуйте меня зовут'],
    ['en-US', 'well wait'],
    ['en-US', 'hello my name is'],
    ['he-IL', 'רק רגע'],
  ])('is waited for where a moment was asked for, or something announced, in %s: %s', (language, text) => {
    expect(waitMs(text, language)).toBeGreaterThanOrEqual(1500);
  });

  it.each([
    [
      'ru-RU',
      ['да хочу', 'нет не хочу', 'да был', 'это все', 'да и все', 'вот и все', 'да второй', 'большую'],
    ],
    ['ru-RU', ['мне удобно', 'меня устраивает', 'думаю да', 'вроде нет', 'во сколько', 'спасибо большое']],
    ['ru-RU', ['да красный', 'впервые', 'любая', 'еще раз', 'на выходных', 'это я', 'не могу']],
    [
      'en-US',
      ['yes i do', "no i haven't", 'yes there is', 'i do', "that's all", "that's fine", 'i think so'],
    ],
    ['en-US', ['where are you', 'how much is it', 'probably not', 'maybe', "it doesn't", 'they did']],
    [
      'he-IL',
      ['כן יש', 'כן יש לי', 'לא רוצה', 'זה הכל', 'מתי', 'איפה אתם', 'לא הבנתי', 'לא אכפת לי', 'אני חושב שכן'],
    ],
  ])(
    'is not held for a sentence that has begun when it is a whole answer, in %s: %j',
    (language, answers) => {
      for (const answer of answers) expect(waitMs(answer, language), answer).toBeLessThanOrEqual(720);
    },
  );

  it.each([
    [
      'ru-RU',
      [
        'можно мне',
        'нет мне',
        'мне нужен',
        'хотел узнать',
        'я бы купил красные',
        'я бы',
        'да но',
        'да нам нужно',
        'нет я думаю',
      ],
    ],
    ['ru-RU', ['мне нужно отменить', 'я хотела бы заказать', 'мы хотим забронировать']],
    [
      'en-US',
      ['i think that', 'we are', "i can't", 'i wanted to ask', 'yes i', 'could you', 'no it was', 'no i was'],
    ],
    ['he-IL', ['יש לכם', 'אני לא', 'אני חושב ש', 'מחר ב', 'רציתי לשאול']],
  ])('is not cut where a word is missing, though few were said, in %s: %j', (language, beginnings) => {
    for (const beginning of beginnings)
      expect(waitMs(beginning, language), beginning).toBeGreaterThanOrEqual(SILENCE_MS);
  });

  it('is over soon behind a last word, later behind few words, and much later behind one that wants another', () => {
    const waits = ['мы приедем завтра', 'наш дедушка', 'мы приедем на старый'].map((text) =>
      waitMs(text, 'ru-RU'),
    );
    expect(waits).toEqual([300, 900, 1200]);
  });

  it('is judged by what was asked where that is known, and not by how it sounds', () => {
    const expecting = { type: 'text' } as const;
    const waited = endOfTurn.waitMs({
      text: 'наш дедушка',
      language: 'ru-RU',
      endOfUtterance: false,
      expecting,
    });
    expect(waited).toBe(SILENCE_MS);
  });
});
