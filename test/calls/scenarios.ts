/** The calls that are shipped as tests: what each side says, and what goes wrong. */
import { defaultWords } from '../../src/languages/default-words.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import type { Phrase } from '../../sounds/espeak.ts';
import { noiseBurst } from '../support/noise.ts';
import type { Conversation } from './conversation.ts';

export interface Scenario {
  readonly language: 'ru-RU' | 'en-US' | 'he-IL';
  /** What differs from the bot's defaults. */
  readonly bot?: Readonly<Record<string, unknown>>;
  /** Heard behind the caller all the time, again and again. */
  readonly noise?: Pcm;
  /** All that the caller says, by name. */
  readonly caller: Readonly<Record<string, Phrase>>;
  /** What the model answers to the utterance that contains the words. */
  readonly answers: readonly (readonly [words: string, answer: string])[];
  readonly play: (talk: Conversation) => Promise<void>;
}

const OFFICE = 'Ты отвечаешь на звонки в небольшой офис.';
const HEBREW = defaultWords('he-IL');
const SHOP = 'You answer the phone of a small shop.';

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'ordinary-dialogue': {
    language: 'ru-RU',
    bot: { prompt: OFFICE, greeting: 'Добрый день, компания Парус.' },
    caller: {
      hours: 'Скажите, пожалуйста, когда вы работаете?',
      address: 'А где вы находитесь?',
      thanks: 'Большое спасибо, до свидания.',
    },
    answers: [
      ['работаете', 'Мы работаем с девяти до шести.| В субботу до двух.'],
      ['находитесь', 'Улица Ленина, дом пять.'],
      ['спасибо', 'Пожалуйста, всего доброго!'],
    ],
    async play(talk) {
      await talk.heard('Добрый день, компания Парус.');
      await talk.say('hours');
      await talk.heard('В субботу до двух.');
      await talk.say('address');
      await talk.heard('Улица Ленина, дом пять.');
      await talk.say('thanks');
      await talk.heard('Пожалуйста, всего доброго!');
      await talk.hangup();
    },
  },

  'barge-in': {
    language: 'ru-RU',
    bot: { prompt: OFFICE, greeting: 'Слушаю вас.' },
    caller: { delivery: 'Расскажите, как работает доставка.', wait: 'Подождите, сколько это стоит?' },
    answers: [
      [
        'доставка',
        'Мы доставляем по всей стране.| Заказ собирается за один день.| Курьер звонит за час до приезда.| Оплатить можно картой.',
      ],
      ['стоит', 'Доставка стоит триста рублей.'],
    ],
    async play(talk) {
      await talk.heard('Слушаю вас.');
      await talk.say('delivery');
      await talk.started('Заказ собирается за один день.');
      await talk.pause(700);
      await talk.say('wait');
      await talk.heard('Доставка стоит триста рублей.');
      await talk.hangup();
    },
  },

  'false-barge-in': {
    language: 'ru-RU',
    bot: { prompt: OFFICE, greeting: 'Слушаю вас.' },
    caller: { delivery: 'Расскажите, как работает доставка.', yes: 'Угу.' },
    answers: [
      [
        'доставка',
        'Мы доставляем по всей стране.| Заказ собирается за один день.| Курьер звонит за час до приезда.',
      ],
    ],
    async play(talk) {
      await talk.heard('Слушаю вас.');
      await talk.say('delivery');
      await talk.started('Мы доставляем по всей стране.');
      await talk.pause(500);
      await talk.sound(noiseBurst(200));
      await talk.started('Заказ собирается за один день.');
      await talk.pause(400);
      await talk.say('yes');
      await talk.heard('Курьер звонит за час до приезда.');
      await talk.hangup();
    },
  },

  'slow-model': {
    language: 'en-US',
    bot: { prompt: SHOP, greeting: 'Good afternoon, how can I help?' },
    caller: { order: 'Where is my order from last week?' },
    answers: [['order', 'Your order is on its way.| It arrives tomorrow morning.']],
    async play(talk) {
      await talk.heard('Good afternoon, how can I help?');
      talk.chat.fail({ kind: 'slow', firstTokenMs: 3200, perTokenMs: 20 }, 4);
      await talk.say('order');
      await talk.heard('It arrives tomorrow morning.');
      await talk.hangup();
    },
  },

  'provider-down': {
    language: 'ru-RU',
    bot: { prompt: OFFICE, greeting: 'Слушаю вас.' },
    caller: { hours: 'Скажите, пожалуйста, когда вы работаете?', address: 'А где вы находитесь?' },
    answers: [
      ['работаете', 'Мы работаем с девяти до шести.'],
      ['находитесь', 'Улица Ленина, дом пять.'],
    ],
    async play(talk) {
      await talk.heard('Слушаю вас.');
      await talk.speech.kill('tts-grpc');
      await talk.say('hours');
      await talk.heard('Мы работаем с девяти до шести.');
      await talk.speech.kill('stt-grpc');
      await talk.say('address');
      await talk.heard('Улица Ленина, дом пять.');
      await talk.hangup();
    },
  },

  'caller-silent': {
    language: 'he-IL',
    bot: {
      prompt: 'את עונה לטלפון במשרד קטן.',
      silence: { afterMs: 2500, phrases: HEBREW.silence, maxPrompts: 2, goodbye: HEBREW.goodbye },
    },
    caller: {},
    answers: [],
    play: (talk) => talk.ended(),
  },

  'dictating-digits': {
    language: 'he-IL',
    bot: { prompt: 'את עונה לטלפון במשרד קטן.' },
    caller: {
      first: { text: 'המספר שלי אפס חמש', phonemes: "hamisp'aR Sel'i '?efes XameS" },
      second: { text: 'שלוש שבע', phonemes: "Sal'oS S'eva" },
      third: { text: 'אחת שתיים ארבע תשע', phonemes: "?aX'at St'ayim ?aRb'a t'eSa" },
    },
    answers: [['אפס', 'תודה, רשמתי את המספר.']],
    async play(talk) {
      await talk.greeted();
      await talk.say('first');
      await talk.pause(1000);
      await talk.say('second');
      await talk.pause(1000);
      await talk.say('third');
      await talk.heard('תודה, רשמתי את המספר.');
      await talk.hangup();
    },
  },

  'language-switch': {
    language: 'ru-RU',
    bot: { prompt: OFFICE, greeting: 'Слушаю вас.', recognition: { language: 'auto' } },
    caller: { hours: 'Скажите, пожалуйста, когда вы работаете?', english: 'Do you speak any English?' },
    answers: [
      ['работаете', 'Мы работаем с девяти до шести.'],
      ['English', 'Yes, of course.| How can I help you?'],
    ],
    async play(talk) {
      await talk.heard('Слушаю вас.');
      await talk.say('hours');
      await talk.heard('Мы работаем с девяти до шести.');
      await talk.say('english');
      await talk.heard('How can I help you?');
      await talk.hangup();
    },
  },

  'hangup-in-mid-answer': {
    language: 'en-US',
    bot: { prompt: SHOP, greeting: 'Good afternoon, how can I help?' },
    caller: { parking: 'Is there any parking near the shop?' },
    answers: [
      [
        'parking',
        'There is a car park behind the shop.| It is free for two hours.| After that it costs three pounds.',
      ],
    ],
    async play(talk) {
      await talk.heard('Good afternoon, how can I help?');
      await talk.say('parking');
      await talk.started('It is free for two hours.');
      await talk.pause(500);
      await talk.hangup();
    },
  },

  'noisy-line': {
    language: 'en-US',
    // −41 dBFS of white noise: a bad line, or a street.
    noise: noiseBurst(3000, 500),
    bot: { prompt: SHOP, greeting: 'Good afternoon, how can I help?' },
    caller: { hours: 'When do you open on Saturday morning?', thanks: 'Thank you, goodbye.' },
    answers: [
      ['Saturday', 'On Saturday we open at ten.'],
      ['Thank', 'You are welcome. Goodbye!'],
    ],
    async play(talk) {
      await talk.heard('Good afternoon, how can I help?');
      await talk.say('hours');
      await talk.heard('On Saturday we open at ten.');
      await talk.say('thanks');
      await talk.heard('Goodbye!');
      await talk.hangup();
    },
  },
};
