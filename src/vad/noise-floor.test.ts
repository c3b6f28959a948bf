import { describe, expect, it } from 'vitest';
import { NoiseFloor } from './noise-floor.ts';

const LINE_DBFS = -65;
const VOICE_DBFS = -20;

/** The floor after so many frames of each level. */
function floorAfter(...runs: readonly (readonly [frames: number, levelDbfs: number])[]): number {
  const floor = new NoiseFloor();
  let last = NaN;
  for (const [frames, levelDbfs] of runs)
    for (let frame = 0; frame < frames; frame++) last = floor.push(levelDbfs);
  return last;
}

describe('the noise floor', () => {
  it('is that of the line while somebody speaks for two seconds without taking breath', () => {
    expect(floorAfter([50, LINE_DBFS], [100, VOICE_DBFS])).toBe(LINE_DBFS);
  });

  it('is seen in a gap of 40 ms between two words', () => {
    expect(floorAfter([200, VOICE_DBFS], [2, LINE_DBFS], [100, VOICE_DBFS])).toBe(LINE_DBFS);
  });

  it('is not led astray by a packet that was lost', () => {
    expect(floorAfter([50, LINE_DBFS], [1, -96], [50, LINE_DBFS])).toBe(LINE_DBFS);
  });

  it('follows noise that has come to stay, within three seconds', () => {
    expect(floorAfter([50, LINE_DBFS], [160, -40])).toBe(-40);
  });
});
