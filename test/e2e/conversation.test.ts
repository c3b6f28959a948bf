import { expect, it } from 'vitest';
import { lastConversation } from '../support/conversation-of.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { plainly } from '../support/plainly.ts';

const TEN_SENTENCES = Array.from({ length: 10 }, (_, index) => `Предложение номер ${index} из десяти.`);

const reply = [
  ['работаете', 'Мы работаем с девяти до шести.|В субботу до двух.'],
  ['адрес', 'Улица Ленина, дом пять.'],
  ['спасибо', 'Пожалуйста, звоните ещё.'],
  ['десять', TEN_SENTENCES.join('|')],
] as const;

describeCalls('a conversation', { reply }, (suite) => {
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
    expect(suite.world.heard(call).map(({ text }) => text)).toEqual([
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

  it('speaks ten chunks in their order, however long each synthesis takes', async () => {
    suite.world.speech.delays.firstAudioMs = 20;
    suite.world.speech.delays.firstAudioJitterMs = 500;
    const call = await suite.world.dial('100');
    await suite.world.untilHeard(call, 'Добрый день!');
    await call.say(suite.world.speech.callerTone('назовите десять'));
    await suite.world.untilHeard(call, TEN_SENTENCES[9] ?? '', 40_000);
    await call.hangup();
    expect(suite.world.heard(call).map(({ text }) => text)).toEqual(['Добрый день!', ...TEN_SENTENCES]);
    suite.world.speech.delays.firstAudioMs = 0;
    suite.world.speech.delays.firstAudioJitterMs = 0;
  });
});
