/** A tenant's operator sees what is the tenant's, over every path; of what is others' not even that it is there. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { silentLog } from '../base/log.ts';
import { RecordedCalls } from '../history/recorded-calls.ts';
import { HistoryStore } from '../history/store.ts';
import { EPOCH_MS, aCall } from '../history/testing/a-call.ts';
import { Campaigns } from '../outbound/campaigns/campaigns.ts';
import { IN_MEMORY } from '../outbound/campaigns/database.ts';
import { storeAtHand } from '../outbound/campaigns/store-questions.ts';
import { CampaignStore } from '../outbound/campaigns/store.ts';
import { campaignText, listOf } from '../outbound/campaigns/testing/a-campaign.ts';
import type { OrderedCall } from '../outbound/ordered-call.ts';
import { Tenants, tokenDigest } from '../tenants/tenants.ts';
import { CallView } from './call-view.ts';
import { FREE } from '../ops/testing/free.ts';
import { eventStream } from './live-events.ts';
import { operated } from './testing/operated.ts';
import type { Operated } from './testing/operated.ts';

const HOUSE = 'a-token-of-the-house';
const ACME = 'a-token-of-acme-alone';

const tenants = new Tenants(
  (
    [
      ['acme', 'reminder'],
      ['globex', 'globex'],
    ] as const
  ).map(([name, bot]) => ({
    ...{ name, numbers: [], bots: [bot] as const, limits: {}, recordings: {} },
    tokens: [tokenDigest(name === 'acme' ? ACME : 'another')],
  })),
);

let dir: string;
let http: Operated;
let store: HistoryStore;
let campaigns: Campaigns;
let placed: unknown[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-tenants-'));
  store = new HistoryStore({
    file: join(dir, 'history.sqlite'),
    epochMs: () => EPOCH_MS,
    onSetAside: () => undefined,
  });
  store.add([aCall(1, { tenant: 'acme' }), aCall(2, { tenant: 'globex' }), aCall(3)]);
  const clock = new ManualClock();
  campaigns = new Campaigns({
    ...{ clock, log: silentLog, bots: () => ['reminder', 'globex'], epochMs: () => EPOCH_MS },
    store: storeAtHand(new CampaignStore(IN_MEMORY)),
    callOut: () => new Promise(() => undefined),
  });
  placed = [];
  const ordered = (id: string, bot: string): OrderedCall => ({
    ...{ id, bot, orderedEpochMs: EPOCH_MS, to: '+79161234567', fingerprint: '' },
    state: 'ringing',
  });
  const orders = new Map([
    ['out-acme', ordered('out-acme', 'reminder')],
    ['out-globex', ordered('out-globex', 'globex')],
  ]);
  http = await operated({
    ...{ token: HOUSE, transcripts: 'all', tenants, campaigns },
    orders: {
      place: async (order) => {
        placed.push(order);
        return ordered('out-new', order.bot);
      },
      find: (id) => orders.get(id),
      giveUp: (id) => {
        placed.push({ giveUp: id });
        return true;
      },
    },
    history: {
      history: { search: async (criteria) => store.search(criteria), find: async (key) => store.find(key) },
      recorded: new RecordedCalls(dir, (tenant) =>
        tenant === undefined ? 'calls' : join('tenants', tenant),
      ),
      reports: { make: async () => '<section></section>' },
    },
  });
  for (const [id, tenant] of [
    ['hers', 'acme'],
    ['theirs', 'globex'],
    ['ours', undefined],
  ] as const)
    http.begin(id, tenant);
});
afterEach(async () => {
  await http.app.close();
  await campaigns.close();
  store.close();
  await rm(dir, { recursive: true, force: true });
});

async function ask(url: string, { body, token = ACME }: { body?: unknown; token?: string } = {}) {
  const answer = await http.app.inject({
    method: body === undefined ? 'GET' : 'POST',
    url,
    headers: {
      host: 'localhost',
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: answer.body, json: <T>() => JSON.parse(answer.body) as T };
}

const idsIn = (list: readonly { id: string }[]) => list.map(({ id }) => id);

describe('a tenant’s operator', () => {
  it('sees the calls of the tenant, and an operator of the house all of them, or those of one', async () => {
    const live = async (url: string, token: string) =>
      idsIn((await ask(url, { token })).json<{ live: { id: string }[] }>().live);
    expect(await live('/api/calls', ACME)).toEqual(['hers']);
    expect(await live('/api/calls?tenant=globex', ACME)).toEqual(['hers']);
    expect(await live('/api/calls', HOUSE)).toEqual(['hers', 'theirs', 'ours']);
    expect(await live('/api/calls?tenant=globex', HOUSE)).toEqual(['theirs']);
    expect((await ask('/api/calls/hers')).json()).toMatchObject({ tenant: 'acme' });
  });

  it.each([
    ['/api/calls/ID', undefined],
    ['/api/calls/ID/turns/0', undefined],
    ['/api/calls/ID/hangup', {}],
    ['/api/calls/ID/say', { text: 'Hello.' }],
    ['/api/calls/ID/transfer', { target: 'sales' }],
  ])('asks %s of the tenant’s calls alone', async (path, body) => {
    for (const id of ['theirs', 'ours', 'out-globex'])
      expect((await ask(path.replace('ID', id), { body })).json()).toMatchObject({ code: 'CALL_UNKNOWN' });
    expect([...http.orders, ...placed]).toEqual([]);
    expect((await ask(path.replace('ID', 'hers'), { body })).status).toBeLessThan(300);
  });

  it('does not lead callers to any place of the dialplan', async () => {
    const body = { context: 'trunks', extension: '0079161234567', priority: 1 };
    expect((await ask('/api/calls/hers/transfer', { body })).status).toBe(403);
    expect(http.orders).toEqual([]);
  });

  it('orders calls of the tenant’s bots alone, and its keys are its own', async () => {
    const order = { to: '+79161234567', idempotencyKey: 'order-1' };
    expect((await ask('/api/calls', { body: { ...order, bot: 'globex' } })).json()).toMatchObject({
      code: 'BOT_PROFILE_UNKNOWN',
    });
    expect((await ask('/api/calls', { body: { ...order, bot: 'reminder' } })).status).toBe(202);
    expect(placed).toMatchObject([{ bot: 'reminder', idempotencyKey: 'acme order-1' }]);
    expect((await ask('/api/calls/out-acme')).json()).toMatchObject({ ordered: { state: 'ringing' } });
    expect((await ask('/api/calls/out-acme/hangup', { body: {} })).status).toBe(202);
  });

  it('finds the tenant’s ended calls alone, in the list, in a table and by name', async () => {
    const found = async (url: string, token = ACME) =>
      idsIn((await ask(url, { token })).json<{ calls: { id: string }[] }>().calls);
    expect(await found('/api/history')).toEqual(['key-1']);
    expect(await found('/api/history?tenant=globex')).toEqual(['key-1']);
    expect(await found('/api/history', HOUSE)).toEqual(['key-3', 'key-2', 'key-1']);
    expect(await found('/api/history?tenant=globex', HOUSE)).toEqual(['key-2']);
    const [head, ...rows] = (await ask('/api/history/export')).body.trim().split('\r\n');
    expect(head).toMatch(/,tenant$/);
    expect(rows).toEqual([expect.stringMatching(/^key-1,.*,acme$/)]);
    for (const [path, body] of [
      ['', undefined],
      ['/report', undefined],
      ['/audio', undefined],
      ['/audio', {}],
    ] as const)
      for (const id of ['key-2', 'key-3'])
        expect((await ask(`/api/history/${id}${path}`, { body })).json()).toMatchObject({
          code: 'HISTORY_UNKNOWN',
        });
    expect((await ask('/api/history/key-1')).json()).toMatchObject({ tenant: 'acme' });
    expect((await ask('/api/history/key-1/report')).status).toBe(200);
  });

  it('hears the recordings of the tenant’s calls, which lie by themselves', async () => {
    for (const [n, where] of [
      [1, 'tenants/acme'],
      [2, 'tenants/globex'],
    ] as const) {
      const began = new Date(aCall(n).startedEpochMs).toISOString().replaceAll(/[:.]/g, '-');
      await mkdir(join(dir, where, `${began}-call-${n}`), { recursive: true });
      await writeFile(join(dir, where, `${began}-call-${n}`, 'mix.wav'), `sound of ${n}`);
    }
    expect((await ask('/api/history/key-1/audio')).body).toBe('sound of 1');
    expect((await ask('/api/history/key-2/audio')).status).toBe(404);
    const { url } = (await ask('/api/history/key-1/audio', { body: {} })).json<{ url: string }>();
    expect((await ask(`/${url}`)).body).toBe('sound of 1');
    expect((await ask('/api/history/key-2/audio', { token: HOUSE })).body).toBe('sound of 2');
  });

  it('makes, sees and stops campaigns of the tenant’s bots alone', async () => {
    const campaign = JSON.parse(campaignText()) as Record<string, unknown>;
    const theirs = { ...campaign, name: 'theirs', bot: 'globex' };
    expect(
      (await ask('/api/campaigns', { body: { campaign: theirs, leads: listOf(1) } })).json(),
    ).toMatchObject({
      code: 'BOT_PROFILE_UNKNOWN',
    });
    const made = await ask('/api/campaigns', { body: { campaign: theirs, leads: listOf(1) }, token: HOUSE });
    expect(made.json()).toMatchObject({ name: 'theirs', tenant: 'globex' });
    expect((await ask('/api/campaigns', { body: { campaign, leads: listOf(1) } })).json()).toMatchObject({
      tenant: 'acme',
    });
    expect((await ask('/api/campaigns')).json()).toMatchObject({ campaigns: [{ tenant: 'acme' }] });
    expect((await ask('/api/campaigns')).json<{ campaigns: unknown[] }>().campaigns).toHaveLength(1);
    for (const path of ['', '/results.csv'])
      expect((await ask(`/api/campaigns/theirs${path}`)).json()).toMatchObject({ code: 'CAMPAIGN_UNKNOWN' });
    for (const order of ['pause', 'resume', 'cancel'])
      expect((await ask(`/api/campaigns/theirs/${order}`, { body: {} })).status).toBe(404);
    expect((await ask('/api/campaigns/theirs', { token: HOUSE })).json()).toMatchObject({ state: 'running' });
  });

  it('writes in the tenant’s conversations alone', async () => {
    const asked = async (body: object) =>
      (await ask('/stream-message', { body })).json<{ code: string }>().code;
    expect(await asked({ bot: 'globex' })).toBe('BOT_PROFILE_UNKNOWN');
    expect(await asked({ conversation: 'theirs', text: 'Hello.' })).toBe('CONVERSATION_UNKNOWN');
    // As far as the conversations themselves.
    expect(await asked({})).toBe('CALL_REFUSED');
    expect(await asked({ conversation: 'hers', text: 'Hello.' })).toBe('CALL_REFUSED');
  });

  it('hears of the tenant’s calls alone as they happen, and of no alert', async () => {
    const { operator, clock, calls, alerts } = http;
    const view = new CallView({ transcripts: 'all', prices: FREE });
    const stream = eventStream({ operator, view, clock }, 'acme').setEncoding('utf8');
    http.begin('hers-too', 'acme').mark('call.answered', {});
    http.begin('theirs-too', 'globex').mark('call.answered', {});
    void alerts;
    const told = String(stream.read());
    stream.destroy();
    expect(told).toMatch(/"hers"[^]*event: call\.began[^]*"hers-too"[^]*event: entry/);
    expect(told).not.toMatch(/theirs|ours/);
    expect(calls.live).toHaveLength(5);
  });

  /** Each shows a tenant its own; the tests above say what of. */
  const OPEN = [
    ...['/api/calls', '/api/calls/{id}', '/api/calls/{id}/hangup', '/api/calls/{id}/say'],
    ...[
      '/api/calls/{id}/transfer',
      '/api/turns',
      '/api/calls/{id}/turns/{turn}',
      '/api/events',
      '/api/service',
    ],
    ...['/api/history', '/api/history/export', '/api/history/{id}', '/api/history/{id}/report'],
    ...['/api/history/{id}/audio', '/api/campaigns', '/api/campaigns/{name}', '/api/campaigns/{name}/pause'],
    ...['/api/campaigns/{name}/resume', '/api/campaigns/{name}/cancel', '/api/campaigns/{name}/results.csv'],
    ...['/stream-message'],
    // Behind no door: whoever knows the address was given it.
    '/api/audio/{ticket}',
  ];

  it('is refused whatever is not for tenants, and so is whoever forgets to say of a new path whether it is', async () => {
    await http.app.ready();
    const { paths = {} } = http.app.swagger() as { paths?: Record<string, Record<string, unknown>> };
    const shut = Object.entries(paths).filter(([path]) => !OPEN.includes(path));
    expect(shut.length).toBeGreaterThan(4);
    for (const [path, methods] of [...shut, ['/metrics', { get: {} }] as const])
      for (const method of Object.keys(methods))
        expect([
          path,
          (await ask(path.replaceAll(/\{\w+\}/g, 'x'), method === 'post' ? { body: {} } : {})).json(),
        ]).toMatchObject([path, { code: 'HTTP_FORBIDDEN' }]);
    expect(http.orders).toEqual([]);
  });

  it('is nobody with another token', async () => {
    expect((await ask('/api/calls', { token: 'a-token-of-acme-alonf' })).status).toBe(401);
  });
});
