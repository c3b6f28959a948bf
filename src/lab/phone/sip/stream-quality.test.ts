import { describe, expect, it } from 'vitest';
import type { ReceivedPacket } from './packet-log.ts';
import { streamQualityOf } from './stream-quality.ts';

interface Arrival {
  /** Which packet of its stream; every 20 ms one is sent. */
  readonly index: number;
  /** How long it was under way, ms. */
  readonly delayMs?: number;
  readonly jumpMs?: number;
  readonly marker?: boolean;
  readonly ssrc?: number;
  readonly uncertaintyMs?: number;
}

/** Sequence numbers and timestamps pass their ends early on. */
function packet({ index, delayMs = 5, jumpMs = 0, ssrc = 1, ...rest }: Arrival): ReceivedPacket {
  return {
    arrivedAtMs: index * 20 + jumpMs + delayMs,
    uncertaintyMs: 0,
    sequence: (65_530 + index) & 0xffff,
    timestamp: (2 ** 32 - 800 + index * 160 + jumpMs * 8) >>> 0,
    ssrc,
    marker: false,
    payload: new Uint8Array(160),
    ...rest,
  };
}

function streamQuality(arrivals: readonly Arrival[], others = 0) {
  return streamQualityOf(arrivals.map(packet), others);
}

const even = Array.from({ length: 100 }, (_, index): Arrival => ({ index }));

describe('how packets came', () => {
  it('is perfect on a perfect line', () => {
    expect(streamQuality(even)).toEqual({
      expected: 100,
      received: 100,
      lost: 0,
      late: 0,
      jitterMs: 0,
      longestGapMs: 20,
    });
    expect(streamQuality([])).toMatchObject({ expected: 0, lost: 0 });
  });

  it('counts what never came, and the gap that it left', () => {
    const some = even.filter(({ index }) => index !== 50 && index !== 51);
    expect(streamQuality(some)).toMatchObject({ expected: 100, received: 98, lost: 2, longestGapMs: 60 });
  });

  it('does not count twice what came twice, nor as lost what came in another order', () => {
    const disordered = [...even.slice(0, 10), even[11], even[10], even[11], ...even.slice(12)];
    expect(streamQuality(disordered as Arrival[])).toMatchObject({
      expected: 100,
      received: 100,
      lost: 0,
      late: 0,
    });
  });

  it('counts digits and comfort noise as received', () => {
    const some = even.filter(({ index }) => index < 50 || index > 55);
    expect(streamQuality(some, 6)).toMatchObject({ received: 94, lost: 0 });
  });

  it('counts as late what a jitter buffer would not have waited for', () => {
    const late = even.map(({ index }) => ({ index, delayMs: index === 60 ? 90 : index === 70 ? 40 : 5 }));
    expect(streamQuality(late)).toMatchObject({ lost: 0, late: 1 });
  });

  it('does not blame the network for a hold-up of this machine', () => {
    const heldUp = even.map(({ index }) =>
      index === 60 ? { index, delayMs: 90, uncertaintyMs: 85 } : { index },
    );
    expect(streamQuality(heldUp)).toMatchObject({ late: 0, jitterMs: 0, longestGapMs: 20 });
  });

  it('does not take the silence between two answers for a gap', () => {
    const spurts = even.map(({ index }) =>
      index < 50 ? { index } : { index, jumpMs: 5000, marker: index === 50 },
    );
    expect(streamQuality(spurts)).toMatchObject({ lost: 0, late: 0, jitterMs: 0, longestGapMs: 20 });
  });

  it('starts anew with another sender', () => {
    const two = [...even, ...even.map(({ index }) => ({ index: index + 7000, ssrc: 2 }))];
    expect(streamQuality(two)).toMatchObject({ expected: 200, received: 200, lost: 0 });
  });

  it('tells the jitter of RFC 3550: every other packet 10 ms later comes to 10 ms', () => {
    const uneven = Array.from({ length: 500 }, (_, index) => ({ index, delayMs: index % 2 === 0 ? 5 : 15 }));
    expect(streamQuality(uneven).jitterMs).toBeCloseTo(10, 1);
  });
});
