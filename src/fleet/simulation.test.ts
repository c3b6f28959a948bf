/** A small form of `npm run bench -- fleet-simulation`. */
import { expect, it } from 'vitest';
import { simulateFleet } from './testing/simulate-fleet.ts';

const SMALL = { daemons: 5, calls: 150, spanMs: 120_000 };

it.each([1, 2, 3])('whatever happens, no caller is left behind or hears two, seed %i', async (seed) => {
  const report = await simulateFleet({ ...SMALL, seed, faultEveryMs: 4_000 });
  expect(report).toMatchObject({ calls: 150, twoSpoke: 0, answeredTwice: 0, leftBehind: 0 });
  expect(report.resumed).toBeGreaterThan(0);
});

it('a caller whose daemon dies is in silence for three seconds at most, and nothing that was said is lost', async () => {
  const report = await simulateFleet({ ...SMALL, seed: 4, faultEveryMs: 10_000, faults: ['kill'] });
  expect(report).toMatchObject({ twoSpoke: 0, answeredTwice: 0, leftBehind: 0, unknown: 0 });
  expect(report.silencesMs.length).toBeGreaterThan(0);
  expect(report.silencesMs.at(-1)).toBeLessThan(3_000);
});

it('a daemon that is told to stop leaves nobody in silence for a second', async () => {
  const report = await simulateFleet({ ...SMALL, seed: 5, faultEveryMs: 10_000, faults: ['drain'] });
  expect(report).toMatchObject({ twoSpoke: 0, answeredTwice: 0, leftBehind: 0, unknown: 0, silencesMs: [] });
  expect(report.resumed).toBeGreaterThan(0);
});
