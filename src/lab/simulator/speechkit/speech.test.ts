import { expect, it } from 'vitest';
import { silence } from '../../../audio/pcm.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import { seededRandom } from '../../../base/seeded.ts';
import { DEFAULT_DELAYS } from './delays.ts';
import { speak } from './speech.ts';

/** When the first sound of each of some requests came, ms after they were made. */
async function firstAudioMs(seed: number): Promise<readonly number[]> {
  const clock = new ManualClock();
  const delays = { ...DEFAULT_DELAYS, firstAudioMs: 40, firstAudioJitterMs: 100 };
  const voice = async (_text: string, sampleRateHz: number) => silence(200, sampleRateHz);
  const source = { voice, delays, clock, random: seededRandom(seed) };
  const never = new AbortController().signal;
  const spoken = ['раз', 'два', 'три'].map(async (text) => {
    await speak(source, { text, sampleRateHz: 8000, fault: undefined }, never).next();
    return clock.nowMs();
  });
  return clock.runUntil(Promise.all(spoken));
}

it('speech of the stand-in is as slow as it is told, and the same each time for the same seed', async () => {
  const once = await firstAudioMs(5);
  expect(Math.min(...once)).toBeGreaterThan(40);
  expect(Math.max(...once)).toBeLessThan(140);
  expect(new Set(once).size).toBe(3);
  expect(await firstAudioMs(5)).toEqual(once);
  expect(await firstAudioMs(6)).not.toEqual(once);
});
