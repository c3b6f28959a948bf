/** A call is ended or handed over also where neither the script nor the model has a word for it. */
import { expect, it } from 'vitest';
import type { Chat } from '../llm/chat.ts';
import { builtIn } from '../tools/built-in.ts';
import type { Tool } from '../tools/tool.ts';
import { VirtualCall } from './testing/virtual-call.ts';

const GOODBYE = 'Спасибо за звонок. До свидания!';
const hangUp = builtIn({ hangUp: {} }, {}) as Tool;

const chatThat = (tool?: string): Chat => ({
  name: 'wordless',
  async *reply({ messages }) {
    if (tool !== undefined && messages.at(-1)?.role === 'user')
      yield { kind: 'toolCall', id: 'c1', name: tool, input: '{}' };
  },
});

it('an end of the script without words is a goodbye, and no "say that again"', async () => {
  const flow = {
    start: 'count',
    steps: {
      count: { ask: 'Сколько штук?', slot: { name: 'count', type: 'number' }, next: 'done' },
      done: { end: 'counted' },
    },
  };
  const call = await VirtualCall.begin({ profile: { flow }, chat: chatThat() });
  await call.say('две');
  expect(call.heard).toEqual(['Алло.', 'Сколько штук?', GOODBYE]);
  expect(await call.ended).toBe('bot');
  expect(call.call.factsAtEnd).toMatchObject({ outcome: 'counted', slots: { count: '2' } });
});

it('a model that hangs up without a word is heard to say goodbye', async () => {
  const call = await VirtualCall.begin({
    profile: {},
    chat: chatThat('hangUp'),
    tools: [hangUp],
  });
  await call.say('Спасибо, больше ничего не нужно');
  expect(call.heard).toEqual(['Алло.', GOODBYE]);
  expect(await call.ended).toBe('bot');
});
