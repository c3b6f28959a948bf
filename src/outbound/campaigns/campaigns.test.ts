import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sleep } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { CallOut } from '../call-out.ts';
import { mayCall } from './campaign-hours.ts';
import { Campaigns } from './campaigns.ts';
import { IN_MEMORY } from './database.ts';
import { storeAtHand } from './store-questions.ts';
import type { StorePort } from './store-questions.ts';
import { CampaignStore } from './store.ts';
import { EPOCH_MS, aCampaign, campaignText, listOf, numberOf } from './testing/a-campaign.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let clock: ManualClock;
let store: CampaignStore;
let dialled: { readonly to: string; readonly atMs: number }[];
let settled: string[];
/** What is told is on the disk of whoever tells it on. */
let isKept: boolean;
let callOut: CallOut;
let campaigns: Campaigns;

beforeEach(() => {
  clock = new ManualClock();
  store = new CampaignStore(IN_MEMORY);
  dialled = [];
  settled = [];
  isKept = true;
  callOut = async (_, signal) => {
    await sleep(clock, 10_000, signal);
    return { outcome: 'answered', by: 'person', cause: 'caller', talkedMs: 8000 };
  };
  campaigns = service();
});
afterEach(async () => {
  await campaigns.close();
  store.close();
});

function service(epochMs = EPOCH_MS, differs: Partial<StorePort> = {}): Campaigns {
  return new Campaigns({
    ...{ clock, log: silentLog, bots: () => ['reminder'], epochMs: () => epochMs + clock.nowMs() },
    // It outlives the service, to be looked at.
    store: { ...storeAtHand(store), ...differs, end: async () => undefined },
    onSettled: async (_, { line, outcome }) => {
      settled.push(`${line} ${outcome}`);
      return isKept;
    },
    callOut: (order, signal) => {
      dialled.push({ to: order.to, atMs: clock.nowMs() });
      return callOut(order, signal);
    },
  });
}

const begin = (leads: string, more: Readonly<Record<string, unknown>> = {}) =>
  campaigns.create({ campaign: campaignText(more), leads });
const leadsNow = async () => (await campaigns.one('december')).leads;

describe('a service with campaigns', () => {
  it('waits while no telephone can dial, and counts that as no try', async () => {
    let isAway = true;
    const dial = callOut;
    callOut = (order, signal) =>
      isAway ? Promise.reject(new ParleyError('TELEPHONE_AWAY', 'No trunk.')) : dial(order, signal);
    await begin(listOf(2));
    await clock.advance(10 * MINUTE_MS);
    expect(await campaigns.one('december')).toMatchObject({ tries: 0, leads: { waiting: 2 } });
    // It does not hammer what is away: every minute in the end.
    expect(dialled.length).toBeLessThan(20);
    isAway = false;
    await clock.advance(2 * MINUTE_MS);
    expect(await campaigns.one('december')).toMatchObject({
      state: 'finished',
      tries: 2,
      leads: { done: 2 },
    });
  });

  it('begins no call once it is drained, and ends when those that go on have', async () => {
    await begin(listOf(20));
    await clock.advance(3500);
    let isDrained = false;
    void campaigns.drain().then(() => (isDrained = true));
    await clock.advance(5000);
    expect([isDrained, dialled.length]).toEqual([false, 3]);
    await clock.advance(10_000);
    expect([isDrained, dialled.length]).toEqual([true, 3]);
    expect(await leadsNow()).toEqual({ waiting: 17, calling: 0, done: 3, dropped: 0 });
  });

  it('hangs up when it is stopped: nobody knows how far those calls went, and they are not made again', async () => {
    await begin(listOf(5));
    await clock.advance(2500);
    await campaigns.close();
    expect(store.progress('december')).toMatchObject({
      ...{ state: 'running', tries: 2, outcomes: { unknown: 2 } },
      leads: { waiting: 3, calling: 0, done: 2 },
    });
    campaigns = service();
    await campaigns.open();
    await clock.advance(MINUTE_MS);
    expect(new Set(dialled.map(({ to }) => to)).size).toBe(5);
    expect(dialled).toHaveLength(5);
  });

  it('tells again at its start of whom nobody was sure to be told of, and of the others never', async () => {
    isKept = false;
    await begin(listOf(2), { webhook: 'https://crm.example/leads' });
    await clock.advance(MINUTE_MS);
    expect(settled).toHaveLength(2);
    const again = [...settled];
    await campaigns.close();
    campaigns = service();
    isKept = true;
    await campaigns.open();
    expect(settled).toEqual([...again, ...again]);
    await campaigns.close();
    campaigns = service();
    await campaigns.open();
    expect(settled).toHaveLength(4);
  });

  it('tells at its start of those whom a process that was killed had been calling', async () => {
    const campaign = aCampaign();
    const lead = {
      line: 2,
      number: '+79161000001',
      bot: undefined,
      timeZone: 'Europe/Moscow',
      variables: {},
    };
    store.create({ campaign, leads: [lead], faults: [], digest: '', epochMs: EPOCH_MS });
    store.claim('december', ['Europe/Moscow'], EPOCH_MS);
    await campaigns.open();
    expect(settled).toEqual(['2 unknown']);
  });

  it('calls each when it is day for them, and goes on the next morning', async () => {
    await begin('number,time zone\n+79161000001,Asia/Vladivostok\n+79161000002,\n', { callsPerSecond: 10 });
    // 10:00 in Moscow is 17:00 there.
    await clock.advance(MINUTE_MS);
    expect(dialled.map(({ to }) => to)).toEqual(['+79161000001', '+79161000002']);
    campaigns = service(EPOCH_MS + 4 * HOUR_MS);
    await campaigns.create({
      campaign: campaignText({ name: 'evening' }),
      leads: 'number,time zone\n+79161000003,Asia/Vladivostok\n+79161000004,\n',
    });
    dialled = [];
    const beganMs = clock.nowMs();
    await clock.advance(24 * HOUR_MS);
    expect(dialled.map(({ to }) => to)).toEqual(['+79161000004', '+79161000003']);
    // From 14:00 in Moscow, 21:00 there, to 9:00 there.
    const waitedMs = (dialled[1]?.atMs ?? 0) - beganMs;
    expect(waitedMs).toBeGreaterThanOrEqual(12 * HOUR_MS - 2 * MINUTE_MS);
    expect(waitedMs).toBeLessThanOrEqual(12 * HOUR_MS + MINUTE_MS);
  });

  it('stays paused where an order cannot be kept, and asks the disk for nobody meanwhile', async () => {
    let isFull = false;
    let claims = 0;
    const atHand = storeAtHand(store);
    campaigns = service(EPOCH_MS, {
      order: async (...order) => {
        if (isFull) throw new ParleyError('CAMPAIGNS_UNAVAILABLE', 'The disk is full.');
        return atHand.order(...order);
      },
      claim: async (...claim) => {
        claims++;
        return atHand.claim(...claim);
      },
    });
    await begin(listOf(5));
    await clock.advance(1500);
    await campaigns.order('december', 'pause');
    await clock.advance(20_000);
    [isFull, claims] = [true, 0];
    for (const order of ['resume', 'pause', 'cancel'] as const)
      await expect(campaigns.order('december', order)).rejects.toMatchObject({
        code: 'CAMPAIGNS_UNAVAILABLE',
      });
    await clock.advance(MINUTE_MS);
    expect([claims, dialled.length]).toEqual([0, 1]);
    isFull = false;
    await campaigns.order('december', 'resume');
    await clock.advance(MINUTE_MS);
    expect(await campaigns.one('december')).toMatchObject({ state: 'finished', leads: { done: 5 } });
  });

  it('calls nobody whom another campaign is talking to, and calls them afterwards', async () => {
    await begin(listOf(1));
    await campaigns.create({ campaign: campaignText({ name: 'survey' }), leads: listOf(2) });
    await clock.advance(MINUTE_MS);
    expect(await campaigns.one('survey')).toMatchObject({ state: 'finished', leads: { done: 2 } });
    const [first = 0, again = 0] = dialled.filter(({ to }) => to === numberOf(1)).map(({ atMs }) => atMs);
    expect(dialled).toHaveLength(3);
    expect(again - first).toBeGreaterThanOrEqual(10_000);
    expect(again - first).toBeLessThanOrEqual(13_000);
  });

  it('drops who is left when the last day is over everywhere', async () => {
    campaigns = service(Date.parse('2026-12-01T18:00:00Z'));
    await begin(listOf(3), { from: '2026-12-01', to: '2026-12-01' });
    await clock.advance(60 * HOUR_MS);
    expect(dialled).toEqual([]);
    expect(await campaigns.one('december')).toMatchObject({ state: 'finished', leads: { dropped: 3 } });
  });
});

it.each([
  ['2026-03-06T13:59:00Z', false],
  ['2026-03-06T14:00:00Z', true],
  ['2026-03-08T12:59:00Z', false],
  ['2026-03-08T13:00:00Z', true],
  ['2026-11-01T13:59:00Z', false],
  ['2026-11-01T14:00:00Z', true],
])('goes by the clocks of New York as they stand on the day: at %s somebody may be called: %s', (at, may) => {
  expect(mayCall(aCampaign(), 'America/New_York', Date.parse(at))).toBe(may);
});
