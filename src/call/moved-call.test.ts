/** A call that another daemon is to go on with leaves when neither side has the turn: what the caller says meanwhile is answered first. */
import { expect, it } from 'vitest';
import { silence } from '../audio/pcm.ts';
import type { Chat } from '../llm/chat.ts';
import { VirtualCall } from './testing/virtual-call.ts';

const chat: Chat = {
  name: 'scripted',
  async *reply() {
    yield { kind: 'text', text: 'Сто рублей.|' };
  },
};

it('leaves a caller who says nothing at once', async () => {
  const virtual = await VirtualCall.begin({ profile: {}, chat });
  virtual.call.giveAway();
  expect(await virtual.ended).toBe('moved');
});

it('answers a caller first who has begun to speak over the bot', async () => {
  const virtual = await VirtualCall.begin({ profile: {}, chat, phrase: silence(20_000, 8000) });
  virtual.call.giveAway();
  await virtual.say('Сколько стоит?');
  expect(virtual.heard).toEqual(['Алло.', 'Сто рублей.']);
  expect(await virtual.ended).toBe('moved');
});
