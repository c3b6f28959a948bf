import { expect, it } from 'vitest';
import { endsInTime, estimatedMinutes, scaleToFit } from '../bench/plan.ts';

const BENCHES = [{ minutes: 20 }, { minutes: 30 }, { minutes: 0.2 }];

it('all benches together take as long as they may, and no longer than they would', () => {
  const scale = scaleToFit(BENCHES, 30);
  expect(scale).toBeLessThan(1);
  expect(BENCHES.reduce((sum, bench) => sum + estimatedMinutes(bench, scale), 0)).toBeCloseTo(30);
  expect(scaleToFit(BENCHES, 100)).toBe(1);
});

it('what of a bench is as long at any scale is left as long', () => {
  const crowd = { minutes: 4, fixedMinutes: 3 };
  expect(estimatedMinutes(crowd, 0)).toBe(3);
  expect(estimatedMinutes(crowd, 0.5)).toBe(3.5);
  expect(scaleToFit([crowd, { minutes: 4.4 }], 5.9)).toBeCloseTo(0.5);
});

it('benches whose beginnings alone take longer are refused', () => {
  expect(() => scaleToFit(BENCHES, 1)).toThrow('to begin them alone takes 1 minutes of 1');
});

it('a bench is left out that would end too late, by how slow the machine has been', () => {
  expect(endsInTime(2, { passedMinutes: 0, estimatedMinutes: 0 })).toBe(true);
  expect(endsInTime(2, { passedMinutes: 27, estimatedMinutes: 27 })).toBe(true);
  expect(endsInTime(2, { passedMinutes: 27, estimatedMinutes: 14 })).toBe(false);
  // What was quicker than by estimate says nothing of the next one.
  expect(endsInTime(4, { passedMinutes: 27, estimatedMinutes: 28 })).toBe(false);
});
