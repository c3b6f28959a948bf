import { expect, it } from 'vitest';
import { concatBytes, fromSamples, silence } from '../../../audio/pcm.ts';
import type { Pcm } from '../../../audio/pcm.ts';
import { tone } from '../../../audio/tone.ts';
import { seededRandom } from '../../../base/seeded.ts';
import { noiseIn, noiseWithoutPause, QUIET_LINE_LEVEL, speechLevelOver } from './noise-level.ts';

const RATE_HZ = 8000;

/** White noise of this effective level, dBFS. */
function hiss(forMs: number, dbfs: number): Pcm {
  const random = seededRandom(1);
  const peak = 32768 * 10 ** (dbfs / 20) * Math.sqrt(3);
  const samples = Int16Array.from({ length: (forMs * RATE_HZ) / 1000 }, () => (2 * random() - 1) * peak);
  return fromSamples(samples, RATE_HZ);
}

function joined(...parts: readonly Pcm[]): Pcm {
  return { sampleRateHz: RATE_HZ, data: concatBytes(parts.map(({ data }) => data)) };
}

it('takes a steady hiss of −39 dBFS for no speech, and a voice over it for speech', () => {
  const noise = noiseIn(joined(hiss(500, -39), tone(500, 800, RATE_HZ), hiss(200, -39))) ?? 0;
  expect(noise).toBeGreaterThan(QUIET_LINE_LEVEL);
  expect(speechLevelOver(noise)).toBeGreaterThan(1.5 * noise);
  expect(speechLevelOver(noise)).toBeLessThan(1000);
});

it('leaves a quiet line at the level of Asterisk, however loud the voice', () => {
  const noise = noiseIn(joined(silence(200, RATE_HZ), tone(500, 3000, RATE_HZ))) ?? 0;
  expect(speechLevelOver(noise)).toBe(QUIET_LINE_LEVEL);
});

it('never asks a voice to be louder than people are', () => {
  expect(speechLevelOver(noiseIn(tone(500, 1000, RATE_HZ)) ?? 0)).toBeLessThanOrEqual(2048);
});

it('knows a hiss that never pauses from a voice that does not pause yet', () => {
  expect(noiseWithoutPause(hiss(300, -39))).toBeCloseTo(318, -1);
  const voice = joined(tone(500, 120, RATE_HZ), hiss(80, -30), tone(700, 100, RATE_HZ));
  expect(noiseWithoutPause(voice)).toBeUndefined();
  expect(noiseWithoutPause(hiss(100, -39))).toBeUndefined();
  expect(noiseWithoutPause(tone(500, 400, RATE_HZ))).toBeUndefined();
});

it('cannot tell from less than a pause', () => {
  expect(noiseIn(silence(100, RATE_HZ))).toBeUndefined();
});
