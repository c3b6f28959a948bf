import { describe, expect, it } from 'vitest';
import { concatBytes, silence } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { WAVE_COLUMNS, WAVE_HEIGHT, peaksOf, wavePath } from './waveform.ts';

const RATE_HZ = 8000;

describe('a waveform', () => {
  const data = concatBytes([silence(500, RATE_HZ).data, tone(440, 500, RATE_HZ).data]);
  const pcm = { sampleRateHz: RATE_HZ, data };

  it('is loud where something sounds, on the time axis of the whole call', () => {
    const peaks = peaksOf(pcm, 2000, 8);
    expect([...peaks].map((peak) => peak > 0.05)).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('is drawn within its box, through every column', () => {
    const places = [...wavePath(peaksOf(pcm, 1000)).matchAll(/(\d+) (-?\d+)/g)];
    const [xs, ys] = [1, 2].map((group) => places.map((place) => Number(place[group])));
    expect(new Set(xs)).toHaveLength(WAVE_COLUMNS);
    expect(Math.min(...(ys ?? []))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...(ys ?? []))).toBeLessThanOrEqual(WAVE_HEIGHT);
  });

  it('shows faint noise as faint', () => {
    const faint = { sampleRateHz: RATE_HZ, data: tone(440, 1000, RATE_HZ, 0.001).data };
    const ys = [...wavePath(peaksOf(faint, 1000)).matchAll(/ (\d+)/g)].map((place) => Number(place[1]));
    expect(Math.max(...ys) - Math.min(...ys)).toBeLessThan(WAVE_HEIGHT / 4);
  });

  it('survives a call without a sound', () => {
    expect(wavePath(peaksOf({ sampleRateHz: RATE_HZ, data: new Uint8Array() }, 1))).toMatch(/^M0 49L/);
  });
});
