import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711, G711_SILENCE, type G711Law } from './g711.ts';
import { fromSamples, silence, toSamples } from './pcm.ts';

const LAWS: readonly G711Law[] = ['PCMU', 'PCMA'];
const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);
/** μ-law has two zeros; the negative one comes back as the positive one. */
const NEGATIVE_ZERO = 0x7f;

describe('G.711', () => {
  it.each(LAWS)('codes what %s decodes to the same byte again', (law) => {
    const again = encodeG711(decodeG711(ALL_BYTES, law), law);
    const expected = ALL_BYTES.map((byte) => (law === 'PCMU' && byte === NEGATIVE_ZERO ? 0xff : byte));
    expect(again).toEqual(expected);
  });

  it.each([
    ['PCMU', [0x00, 0x80, 0xff, 0xf0, 0x7f], [-32124, 32124, 0, 120, 0]],
    ['PCMA', [0x55, 0xd5, 0x2a, 0xaa, 0x2b], [-8, 8, -32256, 32256, -31232]],
  ] as const)('decodes %s to the values of the standard', (law, bytes, values) => {
    expect([...toSamples(decodeG711(Uint8Array.from(bytes), law))]).toEqual([...values]);
  });

  it.each(LAWS)('loses no more of any sample in %s than half a step of its segment', (law) => {
    fc.assert(
      fc.property(fc.integer({ min: -32_768, max: 32_767 }), (sample) => {
        const [heard = 0] = toSamples(
          decodeG711(encodeG711(fromSamples(Int16Array.of(sample), 8_000), law), law),
        );
        expect(Math.abs(heard - sample)).toBeLessThanOrEqual(Math.max(8, Math.abs(sample) / 32) + 4);
      }),
    );
  });

  it.each(LAWS)('codes silence in %s as the byte that phones send for it', (law) => {
    expect(new Set(encodeG711(silence(20, 8_000), law))).toEqual(new Set([G711_SILENCE[law]]));
  });
});
