/**
 * Callers who hang up while their calls are given away, at a telephone system whose answers are lost: each call's end is told by one daemon,
 * whatever the two of them know of the move.
 */
import { expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { seeded } from '../base/seeded.ts';
import { LocalMemory } from './testing/local-memory.ts';
import { SimulatedDaemon } from './testing/simulated-daemon.ts';
import { SimulatedSwitch } from './testing/simulated-switch.ts';

const SEEDS = Array.from({ length: 40 }, (_, at) => at + 1);
const CALLS = 20;
const SPEAKS_EVERY_MS = 200;
/** Turns are over every 2 s, and calls are given away between two of them. */
const DRAINS_AFTER_MS = 3_000;
/** Of a whole drain, until the last hangs up, ms. */
const LASTS_MS = 12_000;

async function drained(seed: number) {
  const clock = new ManualClock();
  const chance = seeded(seed);
  const memory = new LocalMemory(clock);
  const telephone = new SimulatedSwitch(clock);
  const told = new Map<string, string[]>();
  const start = (name: string) =>
    clock.runUntil(
      SimulatedDaemon.start({
        ...{ name, clock, memory, telephone, random: () => chance.next(), onResumed: () => undefined },
        onOver: (leg) => told.set(leg, [...(told.get(leg) ?? []), name]),
      }),
    );
  const [a, b] = [await start('a'), await start('b')];
  for (let at = 0; at < CALLS; at++) telephone.dial(`leg-${at}`, 'a', chance.whole(2_500, LASTS_MS));
  let lost = 0;
  telephone.answers = () => {
    const isLost = chance.next() < 0.5;
    if (isLost) lost++;
    return !isLost;
  };
  clock.after(DRAINS_AFTER_MS, () => a.drain());
  for (let passedMs = 0; passedMs < LASTS_MS + 10_000; passedMs += SPEAKS_EVERY_MS) {
    a.speak();
    b.speak();
    await clock.advance(SPEAKS_EVERY_MS);
  }
  return { told, lost, report: telephone.report };
}

it('the end of each call is told once, whoever tells it', async () => {
  let [lost, byA, byB] = [0, 0, 0];
  for (const seed of SEEDS) {
    const { told, report, ...more } = await drained(seed);
    const tellers = Array.from({ length: CALLS }, (_, at) => told.get(`leg-${at}`) ?? []);
    expect(
      tellers.map((daemons) => daemons.length),
      `seed ${seed}`,
    ).toEqual(Array(CALLS).fill(1));
    expect([report.twoSpoke, report.answeredTwice], `seed ${seed}`).toEqual([0, 0]);
    lost += more.lost;
    byA += tellers.flat().filter((daemon) => daemon === 'a').length;
    byB += tellers.flat().filter((daemon) => daemon === 'b').length;
  }
  // Both have told, and much was lost, or nothing was tried.
  expect(Math.min(lost, byA, byB)).toBeGreaterThan(SEEDS.length);
});
