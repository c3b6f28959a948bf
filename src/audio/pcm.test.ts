import { describe, expect, it } from 'vitest';
import { toSamples } from './pcm.ts';

describe('samples', () => {
  it('are read right from a piece of a network buffer that begins at an odd byte', () => {
    const received = Buffer.from([0xff, 0x01, 0x00, 0x00, 0x80]);
    expect([...toSamples({ sampleRateHz: 8000, data: received.subarray(1) })]).toEqual([1, -32768]);
  });
});
