/** What a caller hears whose call was cut off with the process while something was being done; and a script that begins with doing. */
import { expect, it } from 'vitest';
import { deferred } from '../base/async.ts';
import type { Chat } from '../llm/chat.ts';
import { MemoryJournal } from '../tools/testing/memory-journal.ts';
import type { Tool, ToolOutcome } from '../tools/tool.ts';
import { VirtualCall } from './testing/virtual-call.ts';

const chat: Chat = {
  name: 'silent',
  async *reply() {
    yield* [];
  },
};

const order = {
  name: 'order',
  description: 'Заказ',
  arguments: { count: { type: 'string' }, call: { type: 'string' } },
  http: { method: 'POST', url: 'https://shop.example/orders' },
};

const profile = {
  reconnected: 'Мы снова тут.',
  tools: [order],
  flow: {
    start: 'count',
    steps: {
      count: { ask: 'Сколько штук?', slot: { name: 'count', type: 'number' }, next: 'order' },
      order: {
        do: { tool: 'order', arguments: { count: '{{count}}', call: '{{call.id}}' } },
        next: [{ when: "result.order.status == 'failed'", to: 'failed' }, { to: 'done' }],
      },
      done: { say: 'Заказ {{result.order.number}} принят.', end: 'ordered' },
      failed: { say: 'Соединяю с человеком.', end: 'person' },
    },
  },
};

const never = new Promise<ToolOutcome>(() => undefined);
const PLACED: ToolOutcome = { status: 'done', content: '{"number":4217}' };

/** Keys under which the other side was asked. */
let keys: string[];

function orderWith(outcome: Promise<ToolOutcome>): Tool {
  const tool = { name: 'order', description: '', parameters: { type: 'object' } };
  const run: Tool['run'] = async (_, { idempotencyKey }) => {
    keys.push(idempotencyKey);
    return outcome;
  };
  return { ...tool, readOnly: false, saying: [], onInterrupt: 'finish', run };
}

it('an order that was on its way when the process was killed is not placed again, and the caller is not asked again', async () => {
  keys = [];
  const journal = new MemoryJournal();
  const killed = await VirtualCall.begin({ profile, chat, journal, tools: [orderWith(never)] });
  await killed.say('две');
  expect(keys).toHaveLength(1);

  const resumed = killed.leave(journal);
  const tools = [orderWith(Promise.resolve(PLACED))];
  const next = await VirtualCall.begin({ profile, chat, journal, tools, resumed, id: 'call-2' });
  expect(next.heard).toEqual(['Мы снова тут.', 'Соединяю с человеком.']);
  expect(keys).toHaveLength(1);
  expect(await next.ended).toBe('bot');
});

it('an order that was placed is told of by the next process, if nobody has heard of it', async () => {
  keys = [];
  const journal = new MemoryJournal();
  const { promise, resolve } = deferred<ToolOutcome>();
  const killed = await VirtualCall.begin({ profile, chat, journal, tools: [orderWith(promise)] });
  await killed.say('две');
  resolve(PLACED);
  await killed.clock.advance(0);
  expect(JSON.stringify(killed.call.messages)).not.toContain('принят');

  const resumed = killed.leave(journal);
  const tools = [orderWith(Promise.resolve(PLACED))];
  const next = await VirtualCall.begin({ profile, chat, journal, tools, resumed, id: 'call-2' });
  expect(next.heard).toEqual(['Мы снова тут.', 'Заказ 4217 принят.']);
  expect(keys).toHaveLength(1);
});

it('a lookup with which a script begins is done before the caller says anything', async () => {
  keys = [];
  const { count, failed, order: lookup } = profile.flow.steps;
  const steps = {
    lookup,
    count: { ...count, next: 'failed' },
    done: { say: 'Вижу вас.', next: 'count' },
    failed,
  };
  const begun = await VirtualCall.begin({
    profile: { ...profile, flow: { start: 'lookup', steps } },
    chat,
    tools: [orderWith(Promise.resolve(PLACED))],
  });
  expect(begun.heard).toEqual(['Алло.', 'Вижу вас. Сколько штук?']);
  await begun.say('две');
  expect(begun.heard.at(-1)).toBe('Соединяю с человеком.');
  expect(keys).toHaveLength(1);
});
