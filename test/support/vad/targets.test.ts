/** What voice activity must reach on a part of the set that needs nothing but the repository; `npm run bench -- vad` has the whole. */
import { describe, expect, it } from 'vitest';
import { median, percentile } from '../percentile.ts';
import { scores, together } from './score.ts';
import { noSpeech, speechAtLevels, speechInNoise } from './vad-set.ts';
import { shippedVoices } from './voices.ts';

const clips = shippedVoices();
/** Some of every speaker. */
const everyThird = clips.filter((_, at) => at % 3 === 0);
const MOST_ONSET_MS = 100;
/** Two loud frames, and one that a phrase begins in the middle of. */
const MOST_SOUND_P95_MS = 60;
/** The detection silence, the frame in which it ends and the last breath of a word. */
const MOST_OFFSET_MS = 200;
/** A second and a half, and the detection silence. */
const MOST_FALSE_SPEECH_MS = 1680;
/** From so loud on, dBFS: the hisses of fainter callers are lost in the line. */
const LOUD_ENOUGH = /-(15|20|25) dBFS$/;
const OTHER_SOUNDS_MS = 20_000;

/** What is sudden is suspected once; each cough, and each breath into the mouthpiece, may be the beginning of a word. */
const SOUNDS_ALLOWED = new Map([
  [/sudden$/, 1],
  [/^(coughs|breath)$/, OTHER_SOUNDS_MS / 2000],
]);

/** The first note of a tune that begins in silence cannot be told from a voice in 100 ms; what follows can. */
const FALSE_ONSETS_ALLOWED: Readonly<Record<string, number>> = { 'music −25 dBFS, sudden': 1 };

describe('voice activity on the labelled set', () => {
  const atLevels = scores(speechAtLevels(everyThird));
  const inNoise = scores(speechInNoise(everyThird));
  const others = scores(noSpeech(clips, OTHER_SOUNDS_MS));

  it.each(atLevels)('misses nothing of $condition and tells it in time', (score) => {
    expect(score.misses).toBe(0);
    expect(score.falseOnsets).toBe(0);
    expect(median(score.onsetDelaysMs)).toBeLessThanOrEqual(MOST_ONSET_MS);
  });

  it.each(atLevels.filter(({ condition }) => LOUD_ENOUGH.test(condition)))(
    'suspects $condition at once, also where it begins with a hiss',
    ({ soundDelaysMs }) => expect(percentile(soundDelaysMs, 95)).toBeLessThanOrEqual(MOST_SOUND_P95_MS),
  );

  it('misses nobody in noise from 10 dB SNR on', () => {
    const loudEnough = inNoise.filter(({ condition }) => !condition.includes('at 5 dB'));
    expect(loudEnough.filter(({ misses }) => misses > 0)).toEqual([]);
    expect(together('', loudEnough).falseOnsets).toBe(0);
    expect(median(together('', loudEnough).onsetDelaysMs)).toBeLessThanOrEqual(MOST_ONSET_MS);
  });

  it('hears most of what is nearly drowned in noise, and nothing that is not there', () => {
    const drowned = together(
      'noise',
      inNoise.filter(({ condition }) => condition.includes('at 5 dB')),
    );
    expect(drowned.misses / drowned.phrases).toBeLessThanOrEqual(0.1);
    expect(drowned.falseOnsets).toBe(0);
  });

  it.each(others)('does not take $condition for speech', ({ condition, falseOnsets }) => {
    expect(falseOnsets).toBeLessThanOrEqual(FALSE_ONSETS_ALLOWED[condition] ?? 0);
  });

  it('is over with a tune that began like a voice within two seconds', () => {
    const longest = Math.max(...others.map(({ falseSpeechMs }) => falseSpeechMs));
    expect(longest).toBeLessThanOrEqual(MOST_FALSE_SPEECH_MS);
  });

  it('tells the end in a full room as soon as on a quiet line', () => {
    const babble = together(
      'babble',
      inNoise.filter(({ condition }) => condition.startsWith('babble') && !condition.includes('at 5 dB')),
    );
    expect(median(babble.offsetDelaysMs)).toBeLessThanOrEqual(MOST_OFFSET_MS);
  });

  it.each(others)('suspects $condition seldom', ({ condition, falseSounds }) => {
    const allowed = [...SOUNDS_ALLOWED].find(([pattern]) => pattern.test(condition))?.[1] ?? 0;
    expect(falseSounds).toBeLessThanOrEqual(allowed);
  });
});
