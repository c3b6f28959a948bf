/** What voice activity must reach on a part of the set that needs nothing but the repository; `npm run bench -- vad` has the whole. */
import { describe, expect, it } from 'vitest';
import { median } from '../percentile.ts';
import { scores, together } from './score.ts';
import { noSpeech, speechAtLevels, speechInNoise } from './vad-set.ts';
import { shippedVoices } from './voices.ts';

const clips = shippedVoices();
const MOST_ONSET_MS = 100;

describe('voice activity on the labelled set', () => {
  const atLevels = scores(speechAtLevels(clips.slice(0, 12)));
  const inNoise = scores(speechInNoise(clips.slice(0, 6)));
  const others = scores(noSpeech(clips));

  it.each(atLevels.slice(0, -1))('misses nothing of $condition and tells it in time', (score) => {
    expect(score.misses).toBe(0);
    expect(score.falseOnsets).toBe(0);
    expect(median(score.onsetDelaysMs)).toBeLessThanOrEqual(MOST_ONSET_MS);
  });

  it('misses next to nothing in noise, and tells it in time', () => {
    const all = together('noise', inNoise);
    expect(all.misses / all.phrases).toBeLessThanOrEqual(0.05);
    expect(all.falseOnsets).toBe(0);
    const moderate = inNoise.filter(({ condition }) => /at (20|15) dB/.test(condition));
    expect(median(together('', moderate).onsetDelaysMs)).toBeLessThanOrEqual(MOST_ONSET_MS);
  });

  it.each(others)('takes no $condition for speech in a minute', ({ falseOnsets }) => {
    expect(falseOnsets).toBe(0);
  });
});
