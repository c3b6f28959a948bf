import { describe, expect, it } from 'vitest';
import { concatBytes, silence, slice } from '../../src/audio/pcm.ts';
import type { Pcm } from '../../src/audio/pcm.ts';
import { WordTones } from './word-tones.ts';
import { MS_PER_CHARACTER } from './world.ts';

const RATE_HZ = 8000;
const TEXT = 'Сегодня солнце взошло.';
const WORDS = ['сегодня', 'солнце', 'взошло'] as const;
/** Of the second word: of its 180 ms the first 100. */
const MIDDLE_MS = MS_PER_CHARACTER * TEXT.indexOf(WORDS[1]) + 100;
const END_MS = MS_PER_CHARACTER * (TEXT.indexOf(WORDS[1]) + WORDS[1].length);

/** A call in which this was heard a while ago. */
function callOf(...pieces: readonly Pcm[]) {
  const data = concatBytes([...pieces, silence(1000, RATE_HZ)].map((pcm) => pcm.data));
  const track = { startedAtMs: performance.now() - 10_000, pcm: { sampleRateHz: RATE_HZ, data } };
  return { heard: () => track };
}

async function spoken() {
  const tones = new WordTones(WORDS);
  return { tones, pcm: await tones.voice(TEXT, RATE_HZ) };
}

const fromOthers = () => [];

describe('a word as a tone', () => {
  it('is whole where the line has stood still in its middle, however short the pieces are', async () => {
    const { tones, pcm } = await spoken();
    const call = callOf(slice(pcm, 0, MIDDLE_MS), silence(200, RATE_HZ), slice(pcm, MIDDLE_MS));
    const heard = await tones.untilHeard(call, WORDS[2], { fromOthers });
    expect(heard.map(({ text }) => text)).toEqual(WORDS);
    expect(tones.lostIn(heard)).toEqual([]);
  });

  it('is lost where it was broken off and not said again', async () => {
    const { tones, pcm } = await spoken();
    const call = callOf(slice(pcm, 0, MIDDLE_MS), silence(200, RATE_HZ), slice(pcm, END_MS));
    const heard = await tones.untilHeard(call, WORDS[2], { fromOthers });
    expect(tones.lostIn(heard)).toEqual([WORDS[1]]);
  });

  it('is not what is as pure by chance in the speech of others', async () => {
    const { tones, pcm } = await spoken();
    const chance = await tones.voice(WORDS[0], RATE_HZ);
    const call = callOf(pcm, silence(100, RATE_HZ), slice(chance, 0, 50));
    const heard = await tones.untilHeard(call, WORDS[2], { fromOthers });
    expect(heard.map(({ text }) => text)).toEqual(WORDS);
  });
});
