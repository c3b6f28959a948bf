import { expect, it } from 'vitest';
import { entriesOf } from '../../src/timeline/timeline-entries.ts';
import { lastConversation } from '../support/conversation-of.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { EVERY_TELEPHONY } from '../support/telephony.ts';
import { plainly } from '../support/plainly.ts';

const TEN_SENTENCES = Array.from({ length: 10 }, (_, index) => `Предложение номер ${index} из десяти.`);

const reply = [
  ['работаете', 'Мы работаем с девяти до шести.|В субботу до двух.'],
  ['адрес', 'Улица Ленина, дом пять.'],
  ['спасибо', 'Пожалуйста, звоните ещё.'],
  ['десять', TEN_SENTENCES.join('|')],
  ['deliver', 'Yes, we deliver on Sundays too.'],
  ['стоит', 'Это стоит сто рублей.'],
] as const;

/** Phrases with a tone of their own each. */
const polyglot = {
  fillers: { enabled: true, afterMs: 100 },
  silence: { afterMs: 3000 },
  languages: {
    'en-US': {
      prompt: 'You answer the phone.',
      voice: { name: 'john' },
      fillers: { phrases: { question: ['One moment.'], statement: ['I see.'], thanks: ['Sure.'] } },
      hold: ['Just a little longer.'],
      silence: { phrases: ['Anybody there?'], goodbye: 'Bye for now.' },
    },
  },
};

const IN_ENGLISH = /[a-z]/i;

describeCalls('a conversation', { reply, bots: { polyglot }, kinds: EVERY_TELEPHONY }, (suite) => {
  it('greets, answers three questions in order, and leaves nothing behind', async () => {
    const call = await suite.world.dial('100');
    await suite.world.untilHeard(call, 'Добрый день!');
    await call.say(suite.world.speech.callerTone('когда вы работаете'));
    await suite.world.untilHeard(call, 'В субботу до двух.');
    await call.say(suite.world.speech.callerTone('какой у вас адрес'));
    await suite.world.untilHeard(call, 'Улица Ленина, дом пять.');
    await call.say(suite.world.speech.callerTone('спасибо'));
    await suite.world.untilHeard(call, 'Пожалуйста, звоните ещё.');
    await call.hangup();
    expect(suite.world.told(call)).toEqual([
      'Добрый день!',
      'Мы работаем с девяти до шести.',
      'В субботу до двух.',
      'Улица Ленина, дом пять.',
      'Пожалуйста, звоните ещё.',
    ]);
    expect(lastConversation(suite.world.chat).map(({ content }) => plainly(content))).toEqual([
      'добрый день',
      'когда вы работаете',
      'мы работаем с девяти до шести| в субботу до двух',
      'какой у вас адрес',
      'улица ленина дом пять',
      'спасибо',
    ]);
  });

  it('is in another language and voice from the question on that is asked in it, and back again', async () => {
    const { world } = suite;
    const { chat, speech } = world;
    const call = await world.dial('polyglot');
    await world.untilHeard(call, 'Добрый день!');
    await call.say(speech.callerTone('когда вы работаете'));
    await world.untilHeard(call, 'В субботу до двух.');
    // Small words bridge it.
    chat.fail({ kind: 'slow', firstTokenMs: 2500, perTokenMs: 0 }, 1);
    await call.say(speech.callerTone('do you deliver on Sunday'));
    await world.untilHeard(call, 'Anybody there?');
    await call.say(speech.callerTone('ok сколько это стоит'));
    await world.untilHeard(call, 'Это стоит сто рублей.');
    await call.hangup();
    const said = world.told(call);
    const isEnglish = (text: string) => IN_ENGLISH.test(text);
    const english = said.slice(said.findIndex(isEnglish), said.indexOf('Anybody there?') + 1);
    expect(english.filter((text) => !isEnglish(text))).toEqual([]);
    expect(['One moment.', 'Just a little longer.']).toContain(english[0]);
    expect(english.slice(-2)).toEqual(['Yes, we deliver on Sundays too.', 'Anybody there?']);
    const spokenBy = (voice: string) => speech.requests.filter((one) => one.voice === voice);
    expect(spokenBy('john').filter(({ text }) => !isEnglish(text))).toEqual([]);
    expect(spokenBy('alena').filter(({ text }) => isEnglish(text))).toEqual([]);
    expect(entriesOf(world.timelines.at(-1)?.entries ?? [], 'language.switched')).toMatchObject([
      { turn: 2, from: 'ru-RU', to: 'en-US' },
      { turn: 3, from: 'en-US', to: 'ru-RU' },
    ]);
    expect(lastConversation(chat).map(({ content }) => plainly(content))).toContainEqual(
      expect.stringContaining('yes we deliver on sundays too'),
    );
  });

  it('speaks ten chunks in their order, however long each synthesis takes', async () => {
    suite.world.speech.delays.firstAudioMs = 20;
    suite.world.speech.delays.firstAudioJitterMs = 500;
    const call = await suite.world.dial('100');
    await suite.world.untilHeard(call, 'Добрый день!');
    await call.say(suite.world.speech.callerTone('назовите десять'));
    await suite.world.untilHeard(call, TEN_SENTENCES[9] ?? '', 40_000);
    await call.hangup();
    expect(suite.world.told(call)).toEqual(['Добрый день!', ...TEN_SENTENCES]);
    suite.world.speech.delays.firstAudioMs = 0;
    suite.world.speech.delays.firstAudioJitterMs = 0;
  });
});
