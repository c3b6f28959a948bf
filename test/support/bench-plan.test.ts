import { expect, it } from 'vitest';
import { estimatedMinutes, scaleToFit } from '../bench/plan.ts';

const BENCHES = [{ minutes: 20 }, { minutes: 30 }, { minutes: 0.2 }];

it('all benches together take as long as they may, and no longer than they would', () => {
  const scale = scaleToFit(BENCHES, 30);
  expect(scale).toBeLessThan(1);
  expect(BENCHES.reduce((sum, bench) => sum + estimatedMinutes(bench, scale), 0)).toBeCloseTo(30);
  expect(scaleToFit(BENCHES, 100)).toBe(1);
});

it('benches whose beginnings alone take longer are refused', () => {
  expect(() => scaleToFit(BENCHES, 1)).toThrow('to begin them alone takes 1 minutes of 1');
});
