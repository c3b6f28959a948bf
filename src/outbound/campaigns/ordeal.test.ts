/**
 * Campaigns under everything that can happen to them, by seeds: telephones that throw and hang, a disk that is slow, processes that die at
 * any moment and go on from the file, clocks that jump, orders. Whatever happens, no limit may be broken.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { seeded } from '../../base/seeded.ts';
import type { Chance } from '../../base/seeded.ts';
import type { CallOut } from '../call-out.ts';
import { readCampaign } from './campaign-file.ts';
import { Campaigns } from './campaigns.ts';
import type { OperatorOrder } from './campaigns.ts';
import { numbersOf, readLeads } from './read-leads.ts';
import { ORDINARY_CALLEES, simulatedCallOut } from './rehearsal/callees.ts';
import { Limits } from './rehearsal/limits.ts';
import { storeAtHand } from './store-questions.ts';
import type { StorePort } from './store-questions.ts';
import { CampaignStore } from './store.ts';
import { EPOCH_MS, campaignText, numberOf } from './testing/a-campaign.ts';

const SEEDS = Array.from({ length: 40 }, (_, at) => at + 1);
const LEADS = 60;
const ZONES = ['', 'Europe/Moscow', 'Asia/Vladivostok', 'America/New_York', 'Asia/Kolkata'];
const BLOCKED = [numberOf(3), numberOf(7)];

/** Each is a day and more by the clock of the world. */
const STEPS = 120;

const never = new Promise<never>(() => undefined);

/** A process: when it dies, nothing of it goes on. */
class Life {
  isOver = false;
  readonly #over = new AbortController();

  clockFrom(clock: Clock): Clock {
    return {
      nowMs: () => clock.nowMs(),
      after: (delayMs, callback) => clock.after(delayMs, () => this.isOver || callback()),
    };
  }

  /** The disk takes its time. What was asked is done even if who asked is dead by then. */
  storeFrom(store: StorePort, clock: Clock, chance: Chance): StorePort {
    return new Proxy(store, {
      get:
        (target, name: keyof StorePort) =>
        async (...given: readonly unknown[]) => {
          if (this.isOver) return never;
          if (chance.next() < 0.05) throw new ParleyError('CAMPAIGNS_UNAVAILABLE', 'The disk is full.');
          await sleep(clock, chance.next() < 0.1 ? chance.whole(1, 90_000) : 0);
          if (this.isOver) return never;
          const answer = await (target[name] as (...given: readonly unknown[]) => Promise<unknown>)(...given);
          await sleep(clock, chance.whole(0, 20));
          return this.isOver ? never : answer;
        },
    });
  }

  callOutFrom(callOut: CallOut, chance: Chance): CallOut {
    return async (order, signal) => {
      if (this.isOver) return never;
      if (chance.next() < 0.05) throw new ParleyError('TELEPHONE_AWAY', 'No trunk.');
      if (chance.next() < 0.05) throw new Error('a fault');
      return callOut(order, AbortSignal.any([signal, this.#over.signal]));
    };
  }

  end(): void {
    this.isOver = true;
    this.#over.abort(new Error('killed'));
  }
}

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'parley-ordeal-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function ordeal(seed: number) {
  const chance = seeded(seed);
  const campaign = campaignText({
    concurrency: chance.whole(1, 6),
    callsPerSecond: chance.one([0.2, 1, 3]),
    retries: {
      ...{ maxTries: chance.whole(1, 4), busy: '5 min', noAnswer: '30 min', machine: '2 h', failed: '1 min' },
      unknown: chance.one(['never', '10 min']),
    },
  });
  const list = Array.from({ length: LEADS }, (_, at) => `${numberOf(at)},${chance.one(ZONES)}`);
  const leads = ['number,time zone', ...list, ''].join('\n');
  const doNotCall = BLOCKED.join('\n');
  const texts = { campaign, leads, doNotCall };
  const spec = readCampaign(campaign);
  const clock = new ManualClock();
  let leapMs = 0;
  const epochMs = () => EPOCH_MS + clock.nowMs() + leapMs;
  const limits = new Limits({
    campaign: spec,
    leads: readLeads(leads, { ...spec, doNotCall, isBot: () => true }).leads,
    blocked: numbersOf(doNotCall, 'RU'),
    ...{ clock, epochMs },
  });
  const dialled: { readonly to: string; readonly local: string; readonly life: number }[] = [];
  const callees = limits.watched(simulatedCallOut({ clock, seed, mix: ORDINARY_CALLEES }));
  const zoneOf = new Map(list.map((line) => line.split(',') as [string, string]));
  const file = join(dir, 'campaigns.sqlite');

  let lives = 0;
  let kill: () => Promise<void>;
  let campaigns: Campaigns;
  async function live(): Promise<void> {
    const life = new Life();
    const number = ++lives;
    const store = storeAtHand(new CampaignStore(file));
    const own = life.clockFrom(clock);
    const callOut = life.callOutFrom(async (order, signal) => {
      const timeZone = zoneOf.get(order.to) || 'Europe/Moscow';
      const local = new Date(epochMs()).toLocaleTimeString('sv-SE', { timeZone });
      dialled.push({ to: order.to, local, life: number });
      return callees(order, signal);
    }, chance);
    campaigns = new Campaigns({
      ...{ clock: own, epochMs, callOut, log: silentLog, bots: () => ['reminder'] },
      store: life.storeFrom(store, clock, chance),
    });
    kill = async () => {
      life.end();
      limits.forgetLive();
      await store.end();
    };
    const opened = (async () => {
      for (;;)
        try {
          await campaigns.open();
          await campaigns.create(texts);
          return;
        } catch {
          // A full disk is asked again.
        }
    })();
    await Promise.race([clock.runUntil(opened), opened]);
  }

  await live();
  for (let step = 0; step < STEPS; step++) {
    await clock.advance(chance.whole(1, 60 * 60_000));
    const what = chance.next();
    if (what < 0.1) {
      await kill!();
      await live();
    } else if (what < 0.2) leapMs += chance.whole(-3, 5) * 60 * 60_000 + chance.whole(0, 59_000);
    else if (what < 0.4)
      await Promise.race([
        campaigns!.order('december', chance.one<OperatorOrder>(['pause', 'resume'])).catch(() => undefined),
        clock.advance(200_000),
      ]);
  }
  void campaigns!.order('december', 'resume').catch(() => undefined);
  await clock.advance(6 * 24 * 60 * 60_000);
  await kill!();
  const store = new CampaignStore(file);
  const progress = store.progress('december');
  store.close();
  return { limits, dialled, progress, spec, lives };
}

describe('a campaign that everything happens to', { timeout: 180_000 }, () => {
  it('breaks none of its limits, whatever the seed', async () => {
    let [calls, killed] = [0, 0];
    for (const seed of SEEDS) {
      const { limits, dialled, progress, spec, lives } = await ordeal(seed);
      expect(limits.breaches, `seed ${seed}`).toEqual([]);
      const outside = dialled.filter(({ local }) => local < '09:00:00' || local >= '20:00:00');
      expect(outside, `seed ${seed}`).toEqual([]);
      expect(dialled.filter(({ to }) => BLOCKED.includes(to))).toEqual([]);
      expect(progress.leads.waiting + progress.leads.calling + progress.leads.done, `seed ${seed}`).toBe(
        LEADS - 2,
      );
      if (spec.retries.unknown === 'never') expect(progress.tries).toBeGreaterThanOrEqual(dialled.length);
      calls += dialled.length;
      killed += lives - 1;
      rmSync(dir, { recursive: true, force: true });
    }
    // It is an ordeal only if much has happened.
    expect(calls).toBeGreaterThan(SEEDS.length * LEADS * 0.7);
    expect(killed).toBeGreaterThan(SEEDS.length * 5);
  });
});
