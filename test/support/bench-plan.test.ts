import { expect, it } from 'vitest';
import { BENCHES } from '../bench/benches.ts';
import { chosen } from '../bench/options.ts';
import { endsInTime, estimatedMinutes, scaleToFit } from '../bench/plan.ts';

const SOME = [{ minutes: 20 }, { minutes: 30 }, { minutes: 0.2 }];

it('all benches together take as long as they may, and no longer than they would', () => {
  const scale = scaleToFit(SOME, 30);
  expect(scale).toBeLessThan(1);
  expect(SOME.reduce((sum, bench) => sum + estimatedMinutes(bench, scale), 0)).toBeCloseTo(30);
  expect(scaleToFit(SOME, 100)).toBe(1);
});

it('what of a bench is as long at any scale is left as long', () => {
  const crowd = { minutes: 4, fixedMinutes: 3 };
  expect(estimatedMinutes(crowd, 0)).toBe(3);
  expect(estimatedMinutes(crowd, 0.5)).toBe(3.5);
  expect(scaleToFit([crowd, { minutes: 4.4 }], 5.9)).toBeCloseTo(0.5);
});

it('benches whose beginnings alone take longer are refused', () => {
  expect(() => scaleToFit(SOME, 1)).toThrow('to begin them alone takes 1 minutes of 1');
});

it('a bench is left out that would end too late, by how slow the machine has been', () => {
  const past = (passedMinutes: number, estimatedMinutes: number) => ({
    ...{ passedMinutes, estimatedMinutes, tookMinutes: passedMinutes },
  });
  expect(endsInTime(2, past(0, 0), 30)).toBe(true);
  expect(endsInTime(2, past(27, 27), 30)).toBe(true);
  expect(endsInTime(2, past(27, 14), 30)).toBe(false);
  // What was quicker than by estimate says nothing of the next one.
  expect(endsInTime(4, past(27, 28), 30)).toBe(false);
});

it('all that is measured without a name fits into the half hour with something to spare', () => {
  const all = chosen(BENCHES, []);
  const scale = scaleToFit(all);
  expect(all.reduce((sum, bench) => sum + estimatedMinutes(bench, scale), 0)).toBeLessThan(29);
  // Less than that repeats next to nothing.
  expect(scale).toBeGreaterThan(0.1);
});
