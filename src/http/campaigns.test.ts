import { afterEach, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { silentLog } from '../base/log.ts';
import { Campaigns } from '../outbound/campaigns/campaigns.ts';
import { IN_MEMORY } from '../outbound/campaigns/database.ts';
import { storeAtHand } from '../outbound/campaigns/store-questions.ts';
import { CampaignStore } from '../outbound/campaigns/store.ts';
import { EPOCH_MS, campaignText, listOf } from '../outbound/campaigns/testing/a-campaign.ts';
import type { HttpOptions } from './server.ts';
import { operated } from './testing/operated.ts';
import type { Operated } from './testing/operated.ts';

const TOKEN = 'a-token-of-the-house';

let http: Operated;
let campaigns: Campaigns;
afterEach(async () => {
  await http.app.close();
  await campaigns.close();
});

async function start(options: Partial<HttpOptions> = {}): Promise<void> {
  const clock = new ManualClock();
  campaigns = new Campaigns({
    ...{ clock, log: silentLog, bots: () => ['reminder'], epochMs: () => EPOCH_MS + clock.nowMs() },
    store: storeAtHand(new CampaignStore(IN_MEMORY)),
    callOut: () => new Promise(() => undefined),
  });
  http = await operated({ token: TOKEN, campaigns, ...options });
}

async function ask(path: string, body?: unknown, token = TOKEN) {
  const answer = await http.app.inject({
    method: body === undefined ? 'GET' : 'POST',
    url: `/api/campaigns${path}`,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  const isJson = /json/.test(String(answer.headers['content-type']));
  return { status: answer.statusCode, body: isJson ? answer.json<Record<string, unknown>>() : answer.body };
}

const campaign = JSON.parse(campaignText()) as Record<string, unknown>;

it('takes a campaign with a list of thousands, once, and gives what came of each', async () => {
  await start();
  const leads = `${listOf(3000)}112\n`;
  const created = await ask('', { campaign, leads });
  expect(created).toMatchObject({
    status: 201,
    body: { name: 'december', state: 'running', leads: { waiting: 3000 }, leftOut: 1 },
  });
  expect(created.body).toMatchObject({ faults: [{ line: 3002, code: 'NUMBER_INVALID' }] });
  expect((await ask('', { campaign, leads })).status).toBe(200);
  expect(await ask('', { campaign, leads: listOf(1) })).toMatchObject({
    status: 409,
    body: { code: 'CAMPAIGN_EXISTS' },
  });
  expect((await ask('')).body).toMatchObject({ campaigns: [{ name: 'december' }] });
  const { body: csv } = await ask('/december/results.csv');
  expect(typeof csv === 'string' && csv.split('\r\n')).toHaveLength(3002);
});

it('takes orders as the state allows them', async () => {
  await start();
  await ask('', { campaign, leads: listOf(3) });
  expect((await ask('/december/pause', {})).body).toMatchObject({ state: 'paused' });
  expect((await ask('/december/resume', {})).body).toMatchObject({ state: 'running' });
  expect((await ask('/december/cancel', {})).body).toMatchObject({ state: 'cancelled' });
  expect(await ask('/december/resume', {})).toMatchObject({ status: 409, body: { code: 'CAMPAIGN_STATE' } });
  expect(await ask('/july')).toMatchObject({ status: 404, body: { code: 'CAMPAIGN_UNKNOWN' } });
  expect(await ask('/july/results.csv')).toMatchObject({ status: 404 });
});

it('says what is wrong with a campaign or its list, and lets nobody in without the token', async () => {
  await start();
  const faulty = { ...campaign, concurrency: 0 };
  expect(await ask('', { campaign: faulty, leads: '' })).toMatchObject({
    status: 422,
    body: { code: 'CAMPAIGN_INVALID' },
  });
  expect(await ask('', { campaign, leads: 'name\nx\n' })).toMatchObject({
    status: 422,
    body: { code: 'LEADS_INVALID' },
  });
  for (const path of ['', '/december', '/december/results.csv'])
    expect((await ask(path, undefined, 'another')).status).toBe(401);
  expect((await ask('', { campaign, leads: '' }, 'another')).status).toBe(401);
});

it('has none where no telephone can call, and says so to whoever wants one', async () => {
  await start({ campaigns: undefined });
  expect(await ask('')).toEqual({ status: 200, body: { campaigns: [] } });
  expect(await ask('', { campaign, leads: listOf(1) })).toMatchObject({
    status: 503,
    body: { code: 'TELEPHONE_AWAY' },
  });
});
