/** What voice activity must reach on a part of the set that needs nothing but the repository; `npm run bench -- vad` has the whole. */
import { describe, expect, it } from 'vitest';
import { median } from '../percentile.ts';
import { scores, together } from './score.ts';
import { noSpeech, speechAtLevels, speechInNoise } from './vad-set.ts';
import { shippedVoices } from './voices.ts';

const clips = shippedVoices();
const MOST_ONSET_MS = 100;
/** The guards against music cost time where noise hides the pitch: 150 ms were measured. */
const MOST_ONSET_IN_NOISE_MS = 200;

describe('voice activity on the labelled set', () => {
  const atLevels = scores(speechAtLevels(clips.slice(0, 12)));
  const inNoise = scores(speechInNoise(clips.slice(0, 6)));
  const others = scores(noSpeech(clips));

  it.each(atLevels.slice(0, -1))('misses nothing of $condition and tells it in time', (score) => {
    expect(score.misses).toBe(0);
    expect(score.falseOnsets).toBe(0);
    expect(median(score.onsetDelaysMs)).toBeLessThanOrEqual(MOST_ONSET_MS);
  });

  it('misses next to nothing where the voice stands 10 dB out of the noise, and tells it in time', () => {
    const audible = inNoise.filter(({ condition }) => /at (20|15|10) dB/.test(condition));
    const all = together('noise', audible);
    expect(all.misses / all.phrases).toBeLessThanOrEqual(0.05);
    expect(all.falseOnsets).toBe(0);
    const moderate = audible.filter(({ condition }) => /at (20|15) dB/.test(condition));
    expect(median(together('', moderate).onsetDelaysMs)).toBeLessThanOrEqual(MOST_ONSET_IN_NOISE_MS);
  });

  it('hears most of what is nearly drowned in noise, and nothing that is not there', () => {
    const drowned = together(
      'noise',
      inNoise.filter(({ condition }) => /at 5 dB/.test(condition)),
    );
    expect(drowned.misses / drowned.phrases).toBeLessThanOrEqual(0.35);
    expect(drowned.falseOnsets).toBe(0);
  });

  it.each(others)('takes no $condition for speech in a minute', ({ falseOnsets }) => {
    expect(falseOnsets).toBe(0);
  });
});
