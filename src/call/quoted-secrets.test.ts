/** What the caller has given for a sensitive slot stays hidden, also where the company's own server quotes it. */
import { expect, it } from 'vitest';
import type { Chat } from '../llm/chat.ts';
import type { Tool } from '../tools/tool.ts';
import { VirtualCall } from './testing/virtual-call.ts';

it('a server that quotes a card number shows it to nobody: caller, model, history, files', async () => {
  const read: string[] = [];
  const chat: Chat = {
    name: 'reading',
    async *reply({ messages }) {
      read.push(JSON.stringify(messages));
      yield { kind: 'text', text: 'Солнечно.|' };
    },
  };
  const got: unknown[] = [];
  const pay: Tool = {
    ...{ name: 'pay', description: '', parameters: { type: 'object' }, saying: [] },
    ...{ readOnly: false, onInterrupt: 'finish' },
    run: async (input) => {
      got.push(input);
      return { status: 'done', content: '{"card":"4276 1234","again":"42761234"}' };
    },
  };
  const { name, description } = pay;
  const http = { method: 'POST', url: 'https://bank.example/pay' };
  const profile = {
    tools: [{ name, description: description || 'Оплата', arguments: { card: { type: 'string' } }, http }],
    flow: {
      start: 'card',
      steps: {
        card: {
          ask: 'Номер карты?',
          slot: { name: 'card', type: 'digits', length: 8, sensitive: true },
          next: 'pay',
        },
        pay: { do: { tool: 'pay', arguments: { card: '{{card}}' } }, next: 'more' },
        more: {
          say: 'Карта {{result.pay.card}} принята.',
          ask: 'Что-нибудь ещё?',
          slot: { name: 'more', type: 'yesNo' },
          next: 'done',
        },
        done: { say: 'Всего доброго.', end: 'paid' },
      },
    },
  };
  const { call, heard, say } = await begun(profile, chat, pay);
  await say('сорок два семьдесят шесть двенадцать тридцать четыре');
  expect(got).toEqual([{ card: '42761234' }]);
  await say('А какая погода?');
  expect(read).not.toEqual([]);
  const everywhere = [heard(), read, call.messages, call.timeline.entries, call.flow, call.factsAtEnd];
  for (const place of everywhere) expect(JSON.stringify(place)).not.toMatch(/4276|1234/);
});

const CARD = {
  start: 'card',
  steps: {
    card: {
      ask: 'Номер карты?',
      slot: { name: 'card', type: 'digits', length: 8, sensitive: true },
      next: 'more',
    },
    more: { ask: 'Что-нибудь ещё?', slot: { name: 'more', type: 'yesNo' }, next: 'done' },
    done: { say: 'Всего доброго.', end: 'paid' },
  },
};

it('whoever says the number again, or asks about it while it is asked for, is still shown to nobody', async () => {
  const read: string[] = [];
  const chat: Chat = {
    name: 'reading',
    async *reply({ messages }) {
      read.push(JSON.stringify(messages));
      yield { kind: 'text', text: 'Так и есть.|' };
    },
  };
  const virtual = await VirtualCall.begin({ profile: { flow: CARD }, chat });
  const { call } = virtual;
  await virtual.say('А зачем вам это, сорок два семьдесят шесть?');
  await virtual.say('сорок два семьдесят шесть двенадцать тридцать четыре');
  await virtual.say('А вы записали сорок два семьдесят шесть двенадцать тридцать четыре?');
  await virtual.say('Точно 4276 1234?');
  expect(read.length).toBeGreaterThanOrEqual(3);
  expect(call.flow?.slots).toMatchObject({ card: { value: '•••' } });
  for (const place of [read, call.messages, call.timeline.entries, call.flow, call.factsAtEnd])
    expect(JSON.stringify(place)).not.toMatch(/4276|1234|сорок|семьдесят|тридцать/);
});

it('a number of which one half is typed and the other said is taken whole, and shown to nobody', async () => {
  const chat: Chat = {
    name: 'silent',
    async *reply() {
      yield* [];
    },
  };
  const got: unknown[] = [];
  const pay: Tool = {
    ...{ name: 'pay', description: '', parameters: { type: 'object' }, saying: [] },
    ...{ readOnly: false, onInterrupt: 'finish' },
    run: async (input) => {
      got.push(input);
      return { status: 'done', content: '{}' };
    },
  };
  const http = { method: 'POST', url: 'https://bank.example/pay' };
  const steps = {
    ...CARD.steps,
    more: { do: { tool: 'pay', arguments: { card: '{{card}}' } }, next: 'done' },
  };
  const profile = {
    tools: [{ name: 'pay', description: 'Оплата', arguments: { card: { type: 'string' } }, http }],
    flow: { ...CARD, steps },
  };
  const virtual = await VirtualCall.begin({ profile, chat, tools: [pay] });
  await virtual.press('4276', 500);
  await virtual.say('двенадцать тридцать четыре');
  expect(got).toEqual([{ card: '42761234' }]);
  const { call, heard } = virtual;
  for (const place of [heard, call.messages, call.timeline.entries, call.flow, call.factsAtEnd])
    expect(JSON.stringify(place)).not.toMatch(/4276|1234|тридцать/);
});

async function begun(profile: Readonly<Record<string, unknown>>, chat: Chat, tool: Tool) {
  const virtual = await VirtualCall.begin({ profile, chat, tools: [tool] });
  return {
    call: virtual.call,
    heard: () => virtual.heard,
    say: (words: string) => virtual.say(words),
  };
}
