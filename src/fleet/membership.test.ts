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
