import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Database from 'libsql';
import { readLeads } from './read-leads.ts';
import type { TryOutcome } from './outcomes.ts';
import { CampaignStore } from './store.ts';
import { EPOCH_MS, aCampaign, listOf } from './testing/a-campaign.ts';

let dir: string;
let store: CampaignStore;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-campaigns-'));
  store = opened();
});
afterEach(async () => {
  store.close();
  await rm(dir, { recursive: true, force: true });
});

const opened = () => new CampaignStore(join(dir, 'campaigns.sqlite'));

function create(leads: number, more: Readonly<Record<string, unknown>> = {}, digest = 'digest') {
  const campaign = aCampaign(more);
  const list = listOf(leads);
  const read = readLeads(list, { ...campaign, doNotCall: undefined, isBot: () => true });
  return store.create({ campaign, ...read, digest, epochMs: EPOCH_MS });
}

const MOSCOW = ['Europe/Moscow'];
const claim = (epochMs = EPOCH_MS) => store.claim('december', MOSCOW, epochMs);
const finish = (call: string | undefined, outcome: TryOutcome, epochMs = EPOCH_MS) =>
  store.finish({ call: call ?? '', result: { outcome, cause: '', talkedMs: 0 }, epochMs });

describe('a campaign on the disk', () => {
  it('of an earlier Parley goes on, and nobody is told again of what was over then', () => {
    create(2, { webhook: 'https://crm.example/leads' });
    finish(claim()?.call, 'reached');
    store.close();
    const old = new Database(join(dir, 'campaigns.sqlite'));
    old.exec('DROP INDEX leads_untold; ALTER TABLE leads DROP COLUMN untold; PRAGMA user_version = 1');
    old.close();
    store = opened();
    expect(store.untold()).toEqual([]);
    finish(claim()?.call, 'reached');
    expect(store.untold().map(({ lead }) => lead.line)).toEqual([3]);
  });

  it('gives each lead once, and none again after a restart: who was being called then is unknown', () => {
    create(3);
    const claimed = [claim(), claim()];
    expect(claimed.map((lead) => lead?.call)).toEqual(['december-2-1', 'december-3-1']);
    store.close();
    store = opened();
    expect(store.recover(EPOCH_MS).map(({ state, lead }) => [state, lead.line, lead.outcome])).toEqual([
      ['done', 2, 'unknown'],
      ['done', 3, 'unknown'],
    ]);
    expect(claim()?.call).toBe('december-4-1');
    expect(claim()).toBeUndefined();
    expect(store.progress('december')).toMatchObject({
      leads: { waiting: 0, calling: 1, done: 2, dropped: 0 },
      outcomes: { unknown: 2 },
      tries: 3,
    });
    expect(store.recover(EPOCH_MS)).toHaveLength(1);
  });

  it('calls those again whose call was cut off with the process, where the campaign says so, and not beyond its tries', () => {
    create(1, { retries: { maxTries: 2, unknown: '1 h' } });
    claim();
    store.recover(EPOCH_MS);
    expect(claim(EPOCH_MS + 3_599_000)).toBeUndefined();
    expect(claim(EPOCH_MS + 3_600_000)?.call).toBe('december-2-2');
    store.recover(EPOCH_MS + 3_700_000);
    expect(store.progress('december').leads).toMatchObject({ waiting: 0, done: 1 });
  });

  it('tries again by outcome: a busy one after its pause, one who was reached never', () => {
    create(2, { retries: { maxTries: 3, busy: '10 min' } });
    finish(claim()?.call, 'busy');
    finish(claim()?.call, 'reached');
    expect(claim(EPOCH_MS + 599_999)).toBeUndefined();
    const again = claim(EPOCH_MS + 600_000);
    expect(again).toMatchObject({ call: 'december-2-2', tries: 2 });
    finish(again?.call, 'noAnswer');
    expect(store.progress('december')).toMatchObject({
      leads: { done: 2 },
      answers: { answered: 1, abandoned: 0 },
    });
  });

  it('notes the end of a call once: told again, it does not free a lead whose next call rings', () => {
    create(1, { retries: { maxTries: 3, busy: 0 } });
    finish(claim()?.call, 'busy');
    claim();
    finish('december-2-1', 'busy');
    expect(claim()).toBeUndefined();
    expect(store.progress('december')).toMatchObject({ leads: { calling: 1 }, tries: 2 });
  });

  it('does not count a try in which nothing was dialled', () => {
    create(1);
    store.giveBack(claim()?.call ?? '');
    expect(claim()).toMatchObject({ call: 'december-2-1', tries: 1 });
  });

  it('is not called while it is paused, goes on when resumed, and never again once it is cancelled', () => {
    create(3, { retries: { maxTries: 3, busy: 0 } });
    const live = claim();
    store.order('december', 'pause');
    expect(claim()).toBeUndefined();
    store.order('december', 'resume');
    store.giveBack(claim()?.call ?? '');
    store.order('december', 'cancel');
    expect(finish(live?.call, 'busy').state).toBe('done');
    expect(store.progress('december').leads).toEqual({ waiting: 0, calling: 0, done: 1, dropped: 2 });
    for (const order of ['pause', 'resume'] as const)
      expect(() => store.order('december', order)).toThrow(`cancelled cannot ${order}`);
    expect(() => store.order('july', 'pause')).toThrow('CAMPAIGN_UNKNOWN');
  });

  it('is the same when it is made again from the same texts, and refused when it is another of that name', () => {
    expect(create(2).isOld).toBe(false);
    claim();
    expect(create(2)).toMatchObject({ isOld: true, progress: { leads: { calling: 1 } } });
    expect(() => create(3, {}, 'another')).toThrow('CAMPAIGN_EXISTS');
  });

  it('belongs to one process, and is readable for this user alone', async () => {
    create(1);
    expect((await stat(join(dir, 'campaigns.sqlite'))).mode & 0o777).toBe(0o600);
    const second = opened();
    expect(() => second.all()).toThrow('CAMPAIGNS_UNAVAILABLE');
    expect(claim()).toBeDefined();
  });

  it('gives what came of each lead in the order of the list', () => {
    create(501);
    finish(claim()?.call, 'busy');
    const first = store.results('december');
    expect(first).toHaveLength(500);
    expect(first[0]).toMatchObject({
      line: 2,
      outcome: 'busy',
      state: 'done',
      lastCall: 'december-2-1',
      tries: 1,
    });
    expect(store.results('december', 501).map(({ line }) => line)).toEqual([502]);
  });
});
