import { describe, expect, it } from 'vitest';
import { estimatedMos } from './voice-quality.ts';

describe('how good a line sounds', () => {
  it('is 4.4 without loss, as ITU-T G.107 has it', () => {
    expect(estimatedMos(0)).toBeCloseTo(4.41, 2);
  });

  it('gets worse with every packet lost, down to 1', () => {
    const scores = [0, 1, 2, 5, 10, 50].map(estimatedMos);
    expect(scores).toEqual(scores.toSorted((one, other) => other - one));
    expect(estimatedMos(2)).toBeCloseTo(3.28, 1);
    expect(estimatedMos(100)).toBeLessThan(1.2);
  });
});
