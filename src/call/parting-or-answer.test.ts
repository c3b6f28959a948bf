/** "До субботы" parts with somebody, and answers "until when?": the question decides, and no answer ends a call. */
import { expect, it } from 'vitest';
import type { Chat } from '../llm/chat.ts';
import { VirtualCall } from './testing/virtual-call.ts';

const GOODBYE = 'Спасибо за звонок. До свидания!';

const silentChat: Chat = {
  name: 'silent',
  async *reply() {},
};

function reminder(ask: string) {
  const until = { name: 'until', type: 'date' };
  return { start: 'until', steps: { until: { ask, slot: until, next: 'done' }, done: { end: 'promised' } } };
}

it.each([
  ['До какого числа сможете оплатить?', 'До субботы.'],
  ['До какого дня вам нужна отсрочка?', 'до завтра'],
  ['Назовите, пожалуйста, дату платежа.', 'ну, до понедельника'],
])('"%s" "%s": the answer is kept', async (ask, answer) => {
  const call = await VirtualCall.begin({ profile: { flow: reminder(ask) }, chat: silentChat });
  await call.say(answer);
  expect(await call.ended).toBe('bot');
  expect(call.call.factsAtEnd).toMatchObject({ outcome: 'promised' });
});

it.each(['всего доброго', 'спасибо, пока'])('"%s" parts there all the same', async (said) => {
  const flow = reminder('До какого числа сможете оплатить?');
  const call = await VirtualCall.begin({ profile: { flow }, chat: silentChat });
  await call.say(said);
  expect(call.heard.at(-1)).toBe(GOODBYE);
  expect(await call.ended).toBe('goodbye');
});
