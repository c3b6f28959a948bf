import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { profileSchemaFor } from '../config/bot-profile.ts';
import { readSettings } from '../config/settings.ts';
import type { Chat } from '../llm/chat.ts';
import { CallLog } from '../ops/call-log.ts';
import { createMetrics } from '../ops/metrics.ts';
import { SHOP_SCHEMA } from '../results/testing/an-ended-call.ts';
import { receiver } from '../results/testing/receiver.ts';
import type { Receiver } from '../results/testing/receiver.ts';
import { Timeline } from '../timeline/timeline.ts';
import { until } from '../../test/support/until.ts';
import { openHistory } from './call-history.ts';
import { openResults } from './call-results.ts';
import type { CallResults } from './call-results.ts';

/** A thread begins, on a machine that has much else to do. */
const WITHIN_MS = 60_000;

const chat: Chat = {
  name: 'scripted',
  async *reply() {
    yield {
      kind: 'text',
      text: '{"summary":"Анна заказала насос.","data":{"customer":"Анна","outcome":"ordered"}}',
    };
  },
};

let dir: string;
let crm: Receiver;
let closing: (() => Promise<unknown>)[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-results-'));
  crm = await receiver();
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  await crm.close();
  await rm(dir, { recursive: true, force: true });
});

async function opened(env: Readonly<Record<string, string>> = {}) {
  const clock = new ManualClock();
  const calls = new CallLog({ clock, epochMs: () => Date.now() });
  const metrics = createMetrics();
  const required = {
    YANDEX_API_KEY: 'k',
    YANDEX_FOLDER_ID: 'f',
    OPENAI_API_KEY: 'k',
    ARI_USERNAME: 'u',
    ARI_PASSWORD: 'p',
  };
  const settings = readSettings({ ...required, DATA_DIR: dir, ...env });
  const parts = { settings, calls, metrics, log: silentLog };
  const history = await openHistory(parts);
  closing.push(async () => history?.close());
  const given = { prompt: 'Ты бот.', result: { schema: SHOP_SCHEMA, webhook: crm.url } };
  const profile = { name: 'shop', ...profileSchemaFor(given).parse(given) };
  const roster = { get: () => ({ profile, book: undefined as never }) };
  const results = await openResults({ ...parts, chat, roster, history: history?.history });
  closing.push(() => results.close());
  const end = (id: string, number: string, bot = profile) => {
    const timeline = new Timeline(clock);
    const party = { direction: 'inbound', number, name: 'Ann', dialled: '100', bot: undefined } as const;
    const done = [
      { id: 'w', name: 'fill_slot', input: '{"value":"A1"}', result: 'Noted.' },
      { id: 'x', name: 'order', input: '{"sku":"A1"}', result: 'Ordered.' },
    ];
    const messages = [
      { role: 'user', content: 'Мне нужен насос.' },
      { role: 'assistant', content: 'Заказала.', done },
    ] as const;
    const call = { timeline, line: { id, party }, profile: bot, messages };
    calls.follow(call);
    results.follow(call);
    timeline.mark('call.ended', { cause: 'caller' });
  };
  return { calls, history, metrics, results, profile, end };
}

const isDone = (results: CallResults) => () => results.waiting.length === 0 && crm.received.length > 0;

it(
  'reaches the company, the history and the operator, masked where words may not be shown',
  { timeout: WITHIN_MS },
  async () => {
    const { calls, history, metrics, results, profile, end } = await opened({
      RESULT_WEBHOOK_SECRET: 'of the house, and long'.replaceAll(' ', '-'),
    });
    end('one', '+79161234512');
    end('two', 'canary');
    end('three', '', { ...profile, result: undefined });
    await until('it is delivered', isDone(results));
    expect(crm.received).toHaveLength(1);
    expect(JSON.parse(crm.received[0]?.body ?? '')).toMatchObject({
      id: 'one',
      bot: 'shop',
      callerNumber: '+79161234512',
      cause: 'caller',
      summary: 'Анна заказала насос.',
      data: { customer: 'Анна', outcome: 'ordered' },
      done: [{ name: 'order', input: '{"sku":"A1"}', result: 'Ordered.' }],
    });
    expect(crm.received[0]?.headers['x-parley-signature']).toMatch(/^t=\d+,v1=/);
    expect(calls.find('one')?.result).toMatchObject({
      shown: { summary: 'Анна заказала насос.' },
      masked: {
        summary: '«3 words»',
        callerNumber: '+7 *** **12',
        data: { customer: '«1 word»', outcome: 'ordered' },
      },
    });
    const found = await history?.history.search({ limit: 10, numbersMasked: false });
    const key = found?.calls.find(({ call }) => call === 'one')?.key ?? '';
    const kept = await history?.history.find(key);
    expect(kept?.result?.shown).toEqual(kept?.result?.masked);
    expect(kept?.result?.masked).toMatchObject({ summary: '«3 words»', outcome: 'ordered' });
    expect(await metrics.registry.metrics()).toContain('parley_results_total{outcome="delivered"} 1');
    expect(await readdir(join(dir, 'outbox'))).toEqual([]);
  },
);

it('stands in the history as it is where transcripts are wanted', { timeout: WITHIN_MS }, async () => {
  const { history, results, end } = await opened({ LOG_TRANSCRIPTS: 'true' });
  end('one', '+79161234512');
  await until('it is delivered', isDone(results));
  const [call] = (await history?.history.search({ limit: 1, numbersMasked: false }))?.calls ?? [];
  expect((await history?.history.find(call?.key ?? ''))?.result).toMatchObject({
    shown: { callerNumber: '+79161234512', data: { customer: 'Анна' } },
    masked: { callerNumber: '+7 *** **12' },
  });
});

it(
  'is there for a call that was broken off with the process before this one, and once',
  { timeout: WITHIN_MS },
  async () => {
    const { results } = await opened();
    const record = {
      call: 'killed',
      leg: '1',
      bot: 'shop',
      startedAtEpochMs: 1_000_000,
      writtenAtEpochMs: 1_012_000,
      turn: 2,
      messages: [{ role: 'user', content: 'Мне нужен насос.' }],
      party: { direction: 'inbound', number: '+79161234512' },
    } as const;
    results.leftBehind(record);
    results.leftBehind(record);
    results.leftBehind({ ...record, call: 'canary', party: { direction: 'inbound', number: 'canary' } });
    await until('it is delivered', isDone(results));
    expect(crm.received.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { id: 'killed', cause: 'lost', durationSeconds: 12, callerNumber: '+79161234512', valid: true },
    ]);
  },
);

it(
  'of a conversation that went on after a restart bears the id of its first call, on the wire too',
  { timeout: WITHIN_MS },
  async () => {
    const { results } = await opened();
    const record = {
      ...{ call: 'later', conversation: 'first', leg: '1', bot: 'shop', turn: 2 },
      ...{ startedAtEpochMs: 1_000_000, writtenAtEpochMs: 1_060_000 },
      messages: [{ role: 'user', content: 'Мне нужен насос.' }],
    } as const;
    results.leftBehind(record);
    await until('it is delivered', isDone(results));
    expect(crm.received.map(({ headers }) => headers['idempotency-key'])).toEqual(['first']);
    expect(JSON.parse(crm.received[0]?.body ?? '')).toMatchObject({ id: 'first', durationSeconds: 60 });
    // Its line was lost: that call's result is out, and another with the same key would be thrown away.
    results.leftBehind({ ...record, call: 'last', conversation: 'later' });
    await until('the next one is delivered', () => crm.received.length === 2);
    expect(JSON.parse(crm.received[1]?.body ?? '')).toMatchObject({ id: 'last', conversation: 'later' });
  },
);
