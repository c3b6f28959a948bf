import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framer } from './framer.ts';
import { concatBytes } from './pcm.ts';

describe('a framer', () => {
  it('cuts the same frames however the network cut the stream', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 40 }), (arriving, frameBytes) => {
        const framer = new Framer(frameBytes);
        const frames = arriving.flatMap((piece) => framer.push(piece));
        const last = framer.flush();
        const stream = concatBytes(arriving);

        expect(frames.every((frame) => frame.byteLength === frameBytes)).toBe(true);
        expect(frames.length).toBe(Math.floor(stream.byteLength / frameBytes));
        const whole = concatBytes(last ? [...frames, last] : frames);
        expect([...whole.subarray(0, stream.byteLength)]).toEqual([...stream]);
        expect(whole.byteLength - stream.byteLength).toBeLessThan(frameBytes);
      }),
    );
  });

  it('fills the last frame with silence of the coding', () => {
    const framer = new Framer(4, 0xff);
    framer.push(Uint8Array.of(1, 2, 3, 4, 5));
    expect(framer.flush()).toEqual(Uint8Array.of(5, 0xff, 0xff, 0xff));
    expect(framer.flush()).toBeUndefined();
  });

  it('never changes a frame that was given out', () => {
    const framer = new Framer(4);
    framer.push(Uint8Array.of(1, 2));
    const [first] = framer.push(Uint8Array.of(3, 4));
    framer.push(Uint8Array.of(9, 9));
    expect(first).toEqual(Uint8Array.of(1, 2, 3, 4));
  });
});
