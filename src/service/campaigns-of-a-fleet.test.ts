/**
 * Campaigns of several daemons under everything that can happen to those, by seeds, on the virtual clock: they are killed, stand still, and are
 * cut off from the memory between a claim, the dialling and the outcome. Nobody is called twice, and nobody forgotten.
 */
import { describe, expect, it } from 'vitest';
import { sleep } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { seeded } from '../base/seeded.ts';
import type { Chance } from '../base/seeded.ts';
import { Membership } from '../fleet/membership.ts';
import { STATE } from '../fleet/testing/a-call.ts';
import { LocalMemory } from '../fleet/testing/local-memory.ts';
import { SimulatedProcess, behind } from '../fleet/testing/simulated-process.ts';
import type { CallOutcome } from '../outbound/call-out.ts';
import { IN_MEMORY } from '../outbound/campaigns/database.ts';
import { storeAtHand } from '../outbound/campaigns/store-questions.ts';
import { CampaignStore } from '../outbound/campaigns/store.ts';
import { EPOCH_MS, campaignText, listOf } from '../outbound/campaigns/testing/a-campaign.ts';
import { sharedCampaigns } from './call-campaigns.ts';

const SEEDS = Array.from({ length: 6 }, (_, at) => at + 1);
const LEADS = 40;
const NAMES = ['a', 'b', 'c'];

interface Dialled {
  readonly to: string;
  readonly call: string;
  readonly by: string;
  /** Undefined while it goes on. */
  outcome?: CallOutcome['outcome'];
}

/** Who is called, and by whom: it goes on whatever happens to who has called. */
class World {
  readonly clock = new ManualClock();
  readonly memory = new LocalMemory(this.clock);
  readonly dialled: Dialled[] = [];
  readonly told: string[] = [];
  readonly chance: Chance;

  constructor(seed: number) {
    this.chance = seeded(seed);
  }

  readonly epochMs = () => EPOCH_MS + this.clock.nowMs();

  async call(to: string, call: string, by: string): Promise<CallOutcome> {
    const dialled: Dialled = { to, call, by };
    this.dialled.push(dialled);
    await sleep(this.clock, this.chance.whole(500, 20_000));
    const isBusy = this.chance.next() < 0.3;
    dialled.outcome = isBusy ? 'busy' : 'answered';
    return isBusy
      ? { outcome: 'busy', cause: '17' }
      : { outcome: 'answered', by: 'person', cause: 'caller', talkedMs: 9000 };
  }
}

/** One run of a daemon; its disk is there before and after. */
function live(world: World, name: string, disk: CampaignStore) {
  const { clock, memory, epochMs } = world;
  const process = new SimulatedProcess(clock);
  const membership = new Membership({
    ...{ memory: behind(process, clock, memory), daemon: name, clock: process, epochMs, log: silentLog },
    state: () => STATE,
    on: { lapsed: async () => undefined, forsaken: () => undefined, toDrain: () => undefined },
  });
  const local = { ...storeAtHand(disk), end: async () => undefined };
  const campaigns = sharedCampaigns({
    local: behind(new Uncut(process), clock, local),
    scratch: () => storeAtHand(new CampaignStore(IN_MEMORY)),
    works: behind(
      process,
      clock,
      memory.works('campaign', () => membership.session),
    ),
    awake: membership,
    isAble: () => true,
    ...{ clock: process, epochMs, log: silentLog, bots: () => ['reminder'] },
    callOut: ({ id, to }) => process.reached(world.call(to, id, name)),
    onSettled: async (_, { line, outcome }) => {
      world.told.push(`${line} ${outcome}`);
      return true;
    },
  });
  const opened = membership.start().then(() => campaigns.open());
  return { process, campaigns, opened };
}

/** Its own disk is reached whatever is cut. */
class Uncut extends SimulatedProcess {
  readonly #process: SimulatedProcess;

  constructor(process: SimulatedProcess) {
    super(process.clock);
    this.#process = process;
  }

  override run(act: () => void): void {
    this.#process.run(act);
  }
}

async function ordeal(seed: number, retries: Readonly<Record<string, unknown>>) {
  const world = new World(seed);
  const { chance, clock, memory } = world;
  const disks = new Map(NAMES.map((name) => [name, new CampaignStore(IN_MEMORY)]));
  const daemons = new Map<string, ReturnType<typeof live>>();
  const start = (name: string) => daemons.set(name, live(world, name, disks.get(name) as CampaignStore));
  for (const name of NAMES) start(name);
  await clock.advance(1_000);
  const [first] = daemons.values();
  const campaign = campaignText({
    ...{ concurrency: 3, callsPerSecond: 1, retries, webhook: 'https://crm.example/leads' },
  });
  const made = first?.campaigns.create({ campaign, leads: listOf(LEADS) });
  await clock.advance(1_000);
  expect(await made).toMatchObject({ isOld: false });
  let faults = 0;
  for (let step = 0; step < 40; step++) {
    await clock.advance(chance.whole(200, 6_000));
    const name = chance.one(NAMES);
    const daemon = daemons.get(name);
    if (daemon?.process.state !== 'runs') continue;
    faults++;
    const what = chance.next();
    if (what < 0.25) {
      daemon.process.state = 'dead';
      clock.after(chance.whole(100, 20_000), () => start(name));
    } else if (what < 0.5) {
      daemon.process.state = 'stands';
      clock.after(chance.whole(100, 15_000), () => daemon.process.goOn(() => undefined));
    } else if (what < 0.75) {
      daemon.process.cut = chance.one(['asks', 'answers'] as const);
      clock.after(chance.whole(100, 10_000), () => (daemon.process.cut = undefined));
    } else if (what < 0.85) {
      memory.isAway = true;
      clock.after(chance.whole(100, 10_000), () => (memory.isAway = false));
    } else if (what < 0.9) memory.empty();
    else
      void daemon.campaigns
        .order('december', chance.one(['pause', 'resume'] as const))
        .catch(() => undefined);
  }
  // The last faults come to their end.
  await clock.advance(30_000);
  for (let minutes = 0; minutes < 40; minutes++) {
    const seen = await seenBy([...daemons.values()], clock);
    if (seen.every((all) => all.every(({ state }) => state === 'finished'))) return { world, seen, faults };
    // Whoever has it may have found the memory empty: somebody looks, and has it go on.
    void [...daemons.values()]
      .at(-1)
      ?.campaigns.order('december', 'resume')
      .catch(() => undefined);
    await clock.advance(60_000);
  }
  return { world, seen: await seenBy([...daemons.values()], clock), faults };
}

async function seenBy(daemons: readonly ReturnType<typeof live>[], clock: ManualClock) {
  const asked = Promise.all(daemons.map(({ campaigns }) => campaigns.all()));
  await clock.advance(1_000);
  return (await asked).map((all) => all.map(({ state, leads }) => ({ state, leads })));
}

describe('a campaign of several daemons that everything happens to', { timeout: 180_000 }, () => {
  it.each([
    ['once', {}],
    ['again where it was busy', { maxTries: 3, busy: '1 min' }],
  ])('calls nobody twice and forgets nobody, who is called %s', async (_, retries) => {
    let [calls, takers, faults, unknown] = [0, 0, 0, 0];
    for (const seed of SEEDS) {
      const { world, seen, faults: happened } = await ordeal(seed, retries);
      const over = { state: 'finished', leads: { waiting: 0, calling: 0, done: LEADS, dropped: 0 } };
      expect(seen, `seed ${seed}`).toEqual(NAMES.map(() => [over]));
      const numbers = new Set(world.dialled.map(({ to }) => to));
      for (const number of numbers) {
        const tries = world.dialled.filter(({ to }) => to === number);
        expect(
          tries.slice(0, -1).filter(({ outcome }) => outcome !== 'busy' || !('busy' in retries)),
          `seed ${seed}, ${number}`,
        ).toEqual([]);
      }
      expect(new Set(world.dialled.map(({ call }) => call)).size, `seed ${seed}`).toBe(world.dialled.length);
      expect(new Set(world.told.map((each) => each.split(' ')[0])).size, `seed ${seed}`).toBe(LEADS);
      calls += world.dialled.length;
      takers += new Set(world.dialled.map(({ by }) => by)).size;
      unknown += world.told.filter((each) => each.endsWith('unknown')).length;
      faults += happened;
    }
    // It is an ordeal only if much has happened.
    expect(calls).toBeGreaterThan(SEEDS.length * LEADS * 0.7);
    expect(takers).toBeGreaterThan(SEEDS.length * 1.5);
    expect(faults).toBeGreaterThan(SEEDS.length * 15);
    expect(unknown).toBeGreaterThan(0);
  });
});
