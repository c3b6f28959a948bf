import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, fromSamples, silence, slice, toSamples, type Pcm } from '../../audio/pcm.ts';
import { decodeG711, encodeG711 } from '../../audio/g711.ts';
import { decodeWav } from '../../audio/wav.ts';
import { projectRoot } from '../../base/project-root.ts';
import { findClip } from './find-clip.ts';
import type { Track } from './phone.ts';

const RATE_HZ = 8000;
const EVERYWHERE = { fromMs: 1000, toMs: 3000 };

/** Begins at 1000 ms on the phone's clock. */
function trackOf(...pieces: Pcm[]): Track {
  const data = concatBytes(pieces.map((piece) => piece.data));
  return { startedAtMs: 1000, pcm: { sampleRateHz: RATE_HZ, data } };
}

function shareOf(part: Pcm, whole: Pcm): number {
  const energyOf = (pcm: Pcm) => toSamples(pcm).reduce((sum, sample) => sum + sample ** 2, 0);
  return energyOf(part) / energyOf(whole);
}

describe('finding a recording in what was heard', () => {
  let clip: Pcm;
  let other: Pcm;
  beforeAll(async () => {
    const read = async (name: string) =>
      decodeWav(await readFile(join(projectRoot(), 'src/lab/simulator/bot', name)));
    [clip, other] = await Promise.all([read('saturday-1.wav'), read('metro-1.wav')]);
  });

  it('tells to the sample where it begins', () => {
    const found = findClip(trackOf(silence(700.5, RATE_HZ), clip), clip, EVERYWHERE);
    expect(found?.startedAtMs).toBeCloseTo(1700.5, 3);
    expect(found?.share).toBe(1);
  });

  it('knows it on a telephone line and at another level', () => {
    const quiet = fromSamples(
      toSamples(clip).map((sample) => sample / 3),
      RATE_HZ,
    );
    const line = decodeG711(encodeG711(quiet, 'PCMU'), 'PCMU');
    const found = findClip(trackOf(silence(400, RATE_HZ), line), clip, EVERYWHERE);
    expect(found?.startedAtMs).toBeCloseTo(1400, 0);
    expect(found?.share).toBeGreaterThan(0.99);
  });

  it('does not take another recording for it', () => {
    expect(findClip(trackOf(silence(400, RATE_HZ), other), clip, EVERYWHERE)?.share ?? 0).toBeLessThan(0.2);
  });

  it('notices that only its first half came through', () => {
    const half = slice(clip, 0, 1000);
    const track = trackOf(silence(400, RATE_HZ), half, silence(2000, RATE_HZ));
    expect(findClip(track, clip, EVERYWHERE)?.share).toBeCloseTo(shareOf(half, clip), 1);
    expect(findClip(track, half, EVERYWHERE)?.share).toBe(1);
  });

  it('follows it past a packet that was held up', () => {
    const [before, after] = [slice(clip, 0, 900), slice(clip, 900)];
    const track = trackOf(silence(400, RATE_HZ), before, silence(60, RATE_HZ), after);
    expect(findClip(track, clip, EVERYWHERE)?.share).toBeGreaterThan(0.8);
  });

  it('finds nothing in silence', () => {
    expect(findClip(trackOf(silence(3000, RATE_HZ)), clip, EVERYWHERE)).toBeUndefined();
  });
});
