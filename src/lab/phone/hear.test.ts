import { describe, expect, it } from 'vitest';
import { concatBytes, silence } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { findSounds, longestSilenceMs } from './hear.ts';
import type { Track } from './phone.ts';

const RATE = 8_000;

/** Silence, sound, silence, sound …: so many milliseconds each. */
function track(...lengthsMs: number[]): Track {
  const pieces = lengthsMs.map((ms, i) => (i % 2 === 0 ? silence(ms, RATE) : tone(500, ms, RATE)));
  return {
    startedAtMs: 1_000,
    pcm: { sampleRateHz: RATE, data: concatBytes(pieces.map(({ data }) => data)) },
  };
}

describe('sounds in what was heard', () => {
  it('have their times on both axes', () => {
    expect(findSounds(track(200, 300, 500, 100))).toEqual([
      { startMs: 200, endMs: 500, startedAtMs: 1_200, endedAtMs: 1_500 },
      { startMs: 1_000, endMs: 1_100, startedAtMs: 2_000, endedAtMs: 2_100 },
    ]);
  });

  it('include short gaps and leave out clicks', () => {
    expect(findSounds(track(0, 300, 40, 300, 200, 5, 200))).toMatchObject([{ startMs: 0, endMs: 640 }]);
    expect(findSounds(track(0, 300, 40, 300), { mergeGapsMs: 20 })).toHaveLength(2);
  });

  it('do not include line noise', () => {
    const quiet = { startedAtMs: 0, pcm: tone(500, 300, RATE, 98) };
    expect(findSounds(quiet)).toEqual([]);
    expect(findSounds(quiet, { aboveDbfs: -60 })).toHaveLength(1);
  });
});

describe('the longest silence', () => {
  it('counts before, between and after sounds', () => {
    expect(longestSilenceMs(track(400, 100, 200, 100))).toBe(400);
    expect(longestSilenceMs(track(100, 100, 300, 100))).toBe(300);
    expect(longestSilenceMs(track(100, 100, 300, 100, 500))).toBe(500);
    expect(longestSilenceMs(track(700))).toBe(700);
  });

  it('can be asked of a part', () => {
    const heard = track(400, 100, 300, 100, 900);
    expect(longestSilenceMs(heard, { fromMs: 1_450, toMs: 1_850 })).toBe(300);
    expect(longestSilenceMs(heard, { fromMs: 1_450, toMs: 1_600 })).toBe(100);
  });
});
