/** A caller orders a pump: what a bot does for callers, all of it in one call, as it is heard and as the company sees it. */
import { createHmac } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startService } from '../../src/main.ts';
import { silentLog } from '../../src/base/log.ts';
import type { ReceivedMessage, ScriptedAnswer } from '../../src/lab/simulator/chat.ts';
import type { CallResult } from '../../src/results/call-result.ts';
import { below, misplaced, startCollector } from '../support/collector.ts';
import type { CollectedSpan } from '../support/collector.ts';
import { startCompanyServer } from '../support/company.ts';
import type { ReceivedPost } from '../support/company.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { until } from '../support/until.ts';

const SECRET = 'between-the-company-and-Parley';
const ORDER_NUMBER = 4217;
const PHONE = '+12125550199';

/** A result that was not taken is offered again after at most 10 s by then. */
const DELIVERED_WITHIN_MS = 30_000;

const documents = {
  'knowledge/shop/delivery.md': '# Доставка\n\nДоставка насоса по городу стоит 350 рублей.\n',
  'knowledge/shop/hours.md': '# Часы работы\n\nМагазин открыт с девяти до шести.\n',
};

const flow = {
  start: 'product',
  returnPhrases: [{ ru: 'Вернёмся к заказу.', en: 'Back to your order.' }],
  steps: {
    product: {
      ask: { ru: 'Что хотите заказать?', en: 'What would you like to order?' },
      slot: { name: 'product', type: 'oneOf', values: { насос: ['помпа', 'pump'], шланг: ['hose'] } },
      next: 'count',
    },
    count: {
      ask: { ru: 'Сколько штук?', en: 'How many of them?' },
      slot: { name: 'count', type: 'number', min: 1, max: 10 },
      next: 'phone',
    },
    phone: {
      ask: { ru: 'Ваш номер телефона?', en: 'What is your phone number?' },
      slot: { name: 'phone', type: 'phone', confirm: true },
      next: 'order',
    },
    order: {
      do: { tool: 'order', arguments: { product: '{{product}}', count: '{{count}}', phone: '{{phone}}' } },
      next: [{ when: "result.order.status == 'failed'", to: 'failed' }, { to: 'done' }],
    },
    failed: { say: { ru: 'Не получилось.', en: 'That did not work.' }, end: 'none' },
    done: {
      say: {
        ru: 'Заказ {{result.order.number}} принят.',
        en: 'Your order is number {{result.order.number}}.',
      },
      end: 'ordered',
    },
  },
};

const RESULT = {
  summary: 'A pump was ordered.',
  data: { product: 'насос', outcome: 'ordered' },
};
const schema = {
  type: 'object',
  properties: { product: { type: 'string' }, outcome: { enum: ['ordered', 'none'] } },
  required: ['outcome'],
};

/** Knows nothing but what it is told, and proposes what it takes for an answer. */
function model(messages: readonly ReceivedMessage[], tools: readonly string[]): ScriptedAnswer {
  const told = messages[0]?.content ?? '';
  if (told.includes('JSON Schema of data')) return JSON.stringify(RESULT);
  const last = messages.at(-1);
  if (last?.role === 'tool') return '';
  const said = last?.content ?? '';
  if (said.includes('доставка')) {
    const price = /Доставка насоса по городу стоит (\d+) рублей/.exec(told)?.[1];
    return price === undefined ? 'Этого я не знаю.' : `Доставка стоит ${price} рублей.`;
  }
  if (said !== '' && tools.includes('fill_slot'))
    return { calls: [{ name: 'fill_slot', input: { value: said } }] };
  return '';
}

/** Of each telephony. */
async function companyOf() {
  const orders = await startCompanyServer(async (tries) =>
    tries < 2 ? { status: 503 } : { status: 200, body: JSON.stringify({ number: ORDER_NUMBER }) },
  );
  const results = await startCompanyServer(async () => ({ status: 204 }));
  const collector = await startCollector();
  afterAll(async () => void (await Promise.all([orders.stop(), results.stop(), collector.stop()])));
  return { orders, results, collector };
}

/** One trace of the whole call, of which tools and the log know; without a word of what was said. */
function expectWholeTrace(
  spans: readonly CollectedSpan[],
  log: readonly Record<string, unknown>[],
  orders: readonly ReceivedPost[],
): void {
  const [root, ...others] = spans.filter(({ parentId }) => parentId === undefined);
  if (!root) throw new Error('there is no trace');
  expect(others).toEqual([]);
  expect(root).toMatchObject({ name: 'call pumps', attributes: { 'parley.end_cause': 'bot' } });
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(misplaced(spans)).toEqual([]);
  const turns = below(spans, root);
  expect(turns.map(({ name }) => name)).toEqual(turns.map(() => 'turn'));
  expect(turns.map(({ attributes }) => attributes['parley.turn'])).toEqual([...turns.keys()]);
  const kindsBelow = (span: CollectedSpan) => below(spans, span).map(({ name }) => name.split(' ')[0]);
  for (const turn of turns.slice(1)) {
    expect(kindsBelow(turn)).toEqual(expect.arrayContaining(['stt', 'chat', 'chunk']));
    const [chunk] = below(spans, turn).filter(({ name }) => name === 'chunk');
    expect(chunk && kindsBelow(chunk)).toEqual(['tts', 'playout']);
  }
  expect(spans.map(({ name }) => name)).toContain('context knowledge');
  const order = spans.find(({ name }) => name === 'execute_tool order');
  const asked = orders.map(({ headers }) => headers['traceparent']);
  expect(new Set(asked)).toEqual(new Set([`00-${root.traceId}-${order?.spanId}-01`]));
  const turnLines = log.filter(({ event }) => event === 'turn');
  expect(turnLines.map((line) => line['trace_id'])).toEqual(turnLines.map(() => root.traceId));
  expect(turnLines.map((line) => line['span_id'])).toEqual(turns.slice(1).map(({ spanId }) => spanId));
  const words = JSON.stringify(spans.map(({ attributes }) => attributes));
  expect(words).not.toMatch(/насос|доставк|212 555/);
}

const IN_ENGLISH = /[a-z]/i;

/** Said as well where a busy machine is slow to answer. */
const WHILE_IT_WAITS = ['Ещё немного.', 'Just a little longer.'];

for (const kind of ['asterisk', 'twilio'] as const) {
  const { orders, results, collector } = await companyOf();
  const bots = {
    pumps: {
      silence: { afterMs: 15_000 },
      tools: [
        {
          name: 'order',
          description: 'Оформляет заказ',
          saying: ['Оформляю заказ.'],
          arguments: { product: { type: 'string' }, count: { type: 'string' }, phone: { type: 'string' } },
          required: ['product', 'count', 'phone'],
          http: {
            method: 'POST',
            url: `${orders.url}/orders`,
            json: { product: '{{product}}', count: '{{count}}', phone: '{{phone}}', call: '{{call.id}}' },
          },
        },
      ],
      context: { knowledge: { dir: 'knowledge/shop', deadlineMs: 3000 } },
      flow,
      languages: {
        'en-US': {
          prompt: 'You answer the phone.',
          voice: { name: 'john' },
          sayings: { order: 'Placing your order.' },
          hold: ['Just a little longer.'],
          silence: { phrases: ['Anybody there?'], goodbye: 'Bye for now.' },
        },
      },
      result: { schema, webhook: `${results.url}/calls` },
    },
  };
  const env = { RESULT_WEBHOOK_SECRET: SECRET, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };

  describeCalls(
    'an order',
    { reply: model, bots, documents, env, kinds: [kind], modes: ['stream'] },
    (suite) => {
      it('is taken in two languages, placed once, and told to the company after a restart', async () => {
        const { world } = suite;
        const { speech } = world;
        for (const each of [orders, results, collector]) each.forget();
        results.isUp = false;
        await until('the documents have been read', () =>
          world.log.some(({ event }) => event === 'knowledge.read'),
        );
        const call = await world.dial('pumps');
        const say = (text: string) => call.say(speech.callerTone(text));
        await world.untilHeard(call, 'Что хотите заказать?');
        await say('мне нужен насос');
        await world.untilHeard(call, 'Сколько штук?');
        await say('а сколько стоит доставка?');
        await world.untilHeard(call, 'Вернёмся к заказу.');
        await until(
          'the question is put again',
          () => world.heard(call).filter(({ text }) => text === 'Сколько штук?').length === 2,
        );
        await say('I would like to have two of them please');
        await world.untilHeard(call, 'What is your phone number?');
        await say('it is two one two five five five oh one nine nine');
        await world.untilHeard(call, 'Is that right: 212 555 0199?');
        await say('yes that is right');
        expect(await call.ended).toMatchObject({ by: 'them' });

        const heard = world.heard(call).map(({ text }) => text);
        expect(heard.filter((text) => !WHILE_IT_WAITS.includes(text))).toEqual([
          'Добрый день!',
          'Что хотите заказать?',
          'Сколько штук?',
          'Доставка стоит 350 рублей.',
          'Вернёмся к заказу.',
          'Сколько штук?',
          'What is your phone number?',
          'Is that right: 212 555 0199?',
          'Placing your order.',
          `Your order is number ${ORDER_NUMBER}.`,
        ]);
        const spokenBy = (voice: string) => speech.requests.filter((one) => one.voice === voice);
        expect(spokenBy('john').filter(({ text }) => !IN_ENGLISH.test(text))).toEqual([]);
        expect(spokenBy('alena').filter(({ text }) => IN_ENGLISH.test(text))).toEqual([]);

        const ordered = { product: 'насос', count: '2', phone: PHONE };
        expect(orders.posts.map(({ body }) => JSON.parse(body) as unknown)).toEqual(
          [1, 2, 3].map(() => expect.objectContaining(ordered) as unknown),
        );
        const keys = orders.posts.map(({ headers }) => headers['idempotency-key']);
        expect(keys[0]).toMatch(/./);
        expect(new Set(keys).size).toBe(1);

        await until('the result has been offered in vain', () =>
          world.log.some(({ event, reason }) => event === 'results.delivery' && reason !== undefined),
        );
        await world.service.stop();
        expect(results.posts).toEqual([]);
        expectWholeTrace(collector.spans, world.log, orders.posts);
        results.isUp = true;
        const next = await startService(world.settings, silentLog);
        try {
          await until('the company knows', () => results.posts.length > 0, DELIVERED_WITHIN_MS);
          await until(
            'nothing waits any more',
            async () => (await readdir(join(world.settings.data.dir, 'outbox'))).length === 0,
          );
        } finally {
          await next.stop();
        }
        expect(results.posts).toHaveLength(1);
        const [{ headers, body }] = results.posts as [ReceivedPost];
        const [, t = '', v1] =
          /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-parley-signature'])) ?? [];
        expect(createHmac('sha256', SECRET).update(`${t}.${body}`).digest('hex')).toBe(v1);
        const result = JSON.parse(body) as CallResult;
        expect(result).toMatchObject({
          id: headers['idempotency-key'],
          bot: 'pumps',
          cause: 'bot',
          outcome: 'ordered',
          language: 'en-US',
          slots: ordered,
          valid: true,
          ...RESULT,
        });
        expect(result.done).toEqual([{ name: 'order', input: '{}', result: `{"number":${ORDER_NUMBER}}` }]);
      });
    },
  );
}
