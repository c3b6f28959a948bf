/** Whether this process may act for its calls, and that it is told what became of them. */
import { expect, it } from 'vitest';
import { silentLog } from '../base/log.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { BEAT_MS, LEASE_MS } from './fleet-memory.ts';
import { Membership } from './membership.ts';
import { STATE } from './testing/a-call.ts';
import { LocalMemory } from './testing/local-memory.ts';

async function member(
  lapsed: (hold: string) => Promise<void>,
  forsaken: (names: string[]) => void = () => undefined,
) {
  const clock = new ManualClock();
  const memory = new LocalMemory(clock);
  const membership = new Membership({
    ...{ memory, daemon: 'a', state: () => STATE, clock, epochMs: () => clock.nowMs(), log: silentLog },
    on: {
      lapsed: (_session, hold) => lapsed(hold),
      forsaken: (_session, all) => forsaken(all.map(({ daemon }) => daemon)),
      toDrain: () => undefined,
    },
  });
  await clock.runUntil(membership.start());
  return { clock, memory, membership };
}

it('asks again what became of its calls where the memory went away while it did', async () => {
  const told: string[] = [];
  const { clock, memory, membership } = await member(async (hold) => {
    told.push(hold);
    if (told.length === 2) throw new Error('the memory is away');
  });
  memory.isAway = true;
  await clock.advance(LEASE_MS + BEAT_MS);
  memory.isAway = false;
  await clock.advance(4 * BEAT_MS);
  expect(told).toEqual(['joined', 'lapsed', 'lapsed']);
  expect(membership.isAway).toBe(false);
});

it('is not sure of its calls while the memory is away, and acts for them all the same', async () => {
  const { clock, memory, membership } = await member(async () => undefined);
  expect([membership.isSure, membership.holds]).toEqual([true, true]);
  memory.isAway = true;
  await clock.advance(LEASE_MS + BEAT_MS);
  expect([membership.isSure, membership.holds]).toEqual([false, true]);
  memory.isAway = false;
  await clock.advance(2 * BEAT_MS);
  expect(membership.isSure).toBe(true);
  await membership.close();
});

it('looks at whoever’s lease runs out just then, and beats no more often for those who live', async () => {
  const told: number[] = [];
  const { clock, memory } = await member(
    async () => undefined,
    (names) => void (names.includes('dies') && told.push(clock.nowMs())),
  );
  const [alive, dies] = [await memory.join('alive', STATE), await memory.join('dies', STATE)];
  let beats = 0;
  const beat = memory.beat.bind(memory);
  memory.beat = async (session, state) => {
    if (session.daemon === 'a') beats++;
    return beat(session, state);
  };
  const live = async (forMs: number, names: readonly (typeof alive)[]) => {
    for (let passedMs = 0; passedMs < forMs; passedMs += 50) {
      if (passedMs % BEAT_MS === 0) for (const each of names) await memory.beat(each, STATE);
      await clock.advance(50);
    }
  };
  await live(10 * BEAT_MS, [alive, dies]);
  expect(beats).toBe(10);
  // Its last heartbeat lies in the middle between two of `a`.
  await clock.advance(BEAT_MS / 2);
  await memory.beat(dies, STATE);
  const diesAtMs = clock.nowMs() + LEASE_MS;
  await live(2 * LEASE_MS, [alive]);
  expect((told[0] ?? Infinity) - diesAtMs).toBeLessThan(50);
  expect(told[0]).toBeGreaterThanOrEqual(diesAtMs);
});

it('takes nobody for dead who has only not been heard again since the memory is back', async () => {
  const told = new Set<string>();
  const { clock, memory } = await member(
    async () => undefined,
    (names) => names.forEach((name) => told.add(name)),
  );
  const [alive] = [await memory.join('alive', STATE), await memory.join('dead', STATE)];
  memory.isAway = true;
  await clock.advance(2 * LEASE_MS);
  memory.isAway = false;
  await clock.advance(LEASE_MS);
  expect([...told]).toEqual([]);
  await memory.beat(alive, STATE);
  await clock.advance(LEASE_MS - BEAT_MS);
  expect([...told]).toEqual(['dead']);
});

it('leaves a daemon what the others do not use of a provider, and an equal part while it cannot hear them', async () => {
  const { clock, memory, membership } = await member(async () => undefined);
  const quota = () => [membership.shareOf('synthesis', 30), membership.shareOf('recognition', 12)];
  const others = [await memory.join('b', STATE), await memory.join('c', STATE)];
  const used = { ...STATE, requestsPerSecond: { synthesis: 10, recognition: 4.5 } };
  /** The others are heard as well. */
  const passes = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += BEAT_MS) {
      if (!memory.isAway) for (const other of others) await memory.beat(other, used);
      await clock.advance(BEAT_MS);
    }
  };
  await passes(BEAT_MS);
  // It has just come: whoever was not heard yet may be there.
  expect(quota()).toEqual([10, 4]);
  await passes(LEASE_MS);
  expect(quota()).toEqual([10, 3]);
  memory.isAway = true;
  await passes(2 * LEASE_MS);
  expect(quota()).toEqual([10, 4]);
  memory.isAway = false;
  // It is the first that is heard again, and takes nothing that was the others'.
  await clock.advance(2 * BEAT_MS);
  expect(quota()).toEqual([10, 4]);
  await passes(LEASE_MS + BEAT_MS);
  expect(quota()).toEqual([10, 3]);
  for (const other of others) await memory.leave(other);
  await clock.advance(BEAT_MS);
  expect(quota()).toEqual([30, 12]);
});

it('takes nothing of a provider that is others’ where their memory was started again empty', async () => {
  const { clock, memory, membership } = await member(async () => undefined);
  const used = { ...STATE, requestsPerSecond: { synthesis: 25, recognition: 0 } };
  const other = await memory.join('b', used);
  for (let beats = 0; beats < 6; beats++) {
    await memory.beat(other, used);
    await clock.advance(BEAT_MS);
  }
  expect(membership.shareOf('synthesis', 30)).toBe(5);
  memory.empty();
  await clock.advance(BEAT_MS);
  expect(membership.shareOf('synthesis', 30)).toBe(15);
});
