import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, durationMs, silence, type Pcm } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { cutAtPauses } from './cut-at-pauses.ts';

const V1_LIMIT = { maxMs: 30_000, maxBytes: 1024 * 1024 };

describe('long speech', () => {
  it('is cut in the middle of a pause, not in a word', () => {
    const pcm = joined(tone(300, 27_000, 8000), silence(600, 8000), tone(300, 20_000, 8000));
    const pieces = cutAtPauses(pcm, V1_LIMIT);
    expect(pieces).toHaveLength(2);
    expect(durationMs(pieces[0] as Pcm)).toBeGreaterThan(27_100);
    expect(durationMs(pieces[0] as Pcm)).toBeLessThan(27_600);
  });

  it('is cut even if the speaker never pauses', () => {
    expect(cutAtPauses(tone(300, 95_000, 8000), V1_LIMIT).map(durationMs)).toHaveLength(4);
  });

  it('stays whole up to the limit', () => {
    expect(cutAtPauses(silence(30_000, 8000), V1_LIMIT)).toHaveLength(1);
    expect(cutAtPauses(silence(0, 8000), V1_LIMIT)).toEqual([]);
  });

  it('heeds the size at high rates, where it is reached first', () => {
    const pieces = cutAtPauses(tone(300, 25_000, 48_000), V1_LIMIT);
    expect(Math.max(...pieces.map((piece) => piece.data.byteLength))).toBeLessThanOrEqual(1024 * 1024);
  });

  it('loses, repeats and reorders nothing, and no piece is over the limit', () => {
    const limit = fc.record({
      maxMs: fc.integer({ min: 100, max: 400 }),
      maxBytes: fc.integer({ min: 1600, max: 5000 }),
    });
    const speech = fc
      .uint8Array({ maxLength: 40_000, size: 'max' })
      .map((bytes) => bytes.subarray(bytes.length % 2));
    fc.assert(
      fc.property(speech, limit, (data, { maxMs, maxBytes }) => {
        const pieces = cutAtPauses({ sampleRateHz: 8000, data }, { maxMs, maxBytes });
        expect(concatBytes(pieces.map((piece) => piece.data))).toEqual(new Uint8Array(data));
        for (const piece of pieces) {
          expect(durationMs(piece)).toBeLessThanOrEqual(maxMs);
          expect(piece.data.byteLength).toBeLessThanOrEqual(maxBytes);
          expect(piece.data.byteLength % 2).toBe(0);
          expect(piece.data.byteLength).toBeGreaterThan(0);
        }
      }),
      { numRuns: 50 },
    );
  });
});

function joined(...pieces: readonly Pcm[]): Pcm {
  return { sampleRateHz: 8000, data: concatBytes(pieces.map((piece) => piece.data)) };
}
