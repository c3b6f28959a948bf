import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeG711 } from '../../../audio/g711.ts';
import { silence, slice } from '../../../audio/pcm.ts';
import { tone } from '../../../audio/tone.ts';
import { findSounds } from '../hear.ts';
import type { Track } from '../phone.ts';
import { PacketLog, type ReceivedPacket } from './packet-log.ts';
import { placePackets } from './place-packets.ts';

const ANSWERED_AT_MS = 10_000;
const TIMESTAMP_AT_WRAP = 2 ** 32 - 800;

interface Arrival {
  /** After the answer. */
  readonly atMs: number;
  /** Which packet of its stream: number and timestamp follow from it. */
  readonly index: number;
  /** Samples that its timestamp has jumped by. */
  readonly jump?: number;
  readonly marker?: boolean;
  readonly ssrc?: number;
  readonly uncertaintyMs?: number;
  readonly isSilent?: boolean;
}

const SOUND = encodeG711(slice(tone(500, 20, 8_000), 0, 20), 'PCMU');
const SILENT = encodeG711(silence(20, 8_000), 'PCMU');

function place(...arrivals: Arrival[]): Track {
  const log = new PacketLog();
  for (const { atMs, index, jump = 0, marker = false, ssrc = 1, uncertaintyMs = 0, isSilent } of arrivals)
    log.add({
      arrivedAtMs: ANSWERED_AT_MS + atMs,
      uncertaintyMs,
      sequence: (65_530 + index) & 0xffff,
      timestamp: (TIMESTAMP_AT_WRAP + index * 160 + jump) >>> 0,
      ssrc,
      marker,
      payload: isSilent === true ? SILENT : SOUND,
    });
  return placePackets(log, 'PCMU', ANSWERED_AT_MS, ANSWERED_AT_MS + 3_000);
}

/** `count` packets from `index` on that arrive every 20 ms from `atMs` on. */
function spurt(atMs: number, index: number, count: number): Arrival[] {
  return Array.from({ length: count }, (_, i) => ({
    atMs: atMs + i * 20,
    index: index + i,
    marker: i === 0,
  }));
}

function heard(track: Track): (readonly [number, number])[] {
  return findSounds(track, { mergeGapsMs: 10 }).map(({ startMs, endMs }) => [startMs, endMs]);
}

describe('what arrived is heard', () => {
  it('when it arrived, with silence where nothing was sent', () => {
    expect(heard(place(...spurt(100, 0, 10), ...spurt(700, 10, 5)))).toEqual([
      [100, 300],
      [700, 800],
    ]);
  });

  it('without the jitter of its way, in its own order and only once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 20, maxLength: 20 }), (delaysMs) => {
        const arrivals = spurt(100, 0, 20).map((arrival, i) => ({
          ...arrival,
          atMs: arrival.atMs + (i === 0 ? 0 : (delaysMs[i] ?? 0)),
        }));
        const repeated = [...arrivals, ...arrivals.slice(3, 6)].sort((a, b) => a.atMs - b.atMs);
        expect(heard(place(...repeated))).toEqual([[100, 500]]);
      }),
    );
  });

  it('with a hole where a packet was lost', () => {
    const arrivals = spurt(0, 0, 10).filter(({ index }) => index !== 4);
    expect(heard(place(...arrivals))).toEqual([
      [0, 80],
      [100, 200],
    ]);
  });

  it('late when it came too late for a jitter buffer', () => {
    const late = spurt(100, 5, 5).map((arrival) => ({ ...arrival, marker: false, atMs: arrival.atMs + 200 }));
    expect(heard(place(...spurt(0, 0, 5), ...late))).toEqual([
      [0, 100],
      [300, 400],
    ]);
  });

  describe('in time again after the network has caught up', () => {
    const late = (arrival: Arrival) => ({ ...arrival, marker: false, atMs: Math.max(300, arrival.atMs) });
    const burst = spurt(100, 5, 6).map(late);

    it('soon, where nothing is said', () => {
      const silent = spurt(220, 11, 20).map((arrival) => ({ ...late(arrival), isSilent: true }));
      const rest = spurt(620, 31, 80).map(late);
      expect(heard(place(...spurt(0, 0, 5), ...burst, ...silent, ...rest))).toEqual([
        [0, 100],
        [300, 420],
        [620, 620 + 80 * 20],
      ]);
    });

    it('by and by, where a word would be lost', () => {
      const packets = [...spurt(0, 0, 5), ...burst, ...spurt(220, 11, 130).map(late)];
      expect(heard(place(...packets))).toEqual([
        [0, 100],
        // A packet's length is jitter.
        [300, 220 + 131 * 20],
      ]);
      const after50 = heard(place(...packets.slice(0, 5 + 6 + 50)));
      expect(after50.at(-1)?.[1]).toBeGreaterThan(220 + 50 * 20 + 80);
    });
  });

  it('when it arrived even if timestamps jump without a marker or the sender changes', () => {
    for (const jump of [80_000, -80_000]) {
      const jumped = spurt(400, 5, 5).map((arrival) => ({ ...arrival, marker: false, jump }));
      expect(heard(place(...spurt(0, 0, 5), ...jumped))).toEqual([
        [0, 100],
        [400, 500],
      ]);
    }
    const skipped = spurt(400, 200, 5).map((arrival) => ({ ...arrival, marker: false }));
    expect(heard(place(...spurt(0, 0, 5), ...skipped))).toEqual([
      [0, 100],
      [400, 500],
    ]);
    const other = spurt(400, 5, 5).map((arrival) => ({ ...arrival, marker: false, ssrc: 2 }));
    expect(heard(place(...spurt(0, 0, 5), ...other))).toEqual([
      [0, 100],
      [400, 500],
    ]);
  });

  it('directly behind what went before when it comes a little early', () => {
    const [first, ...rest] = spurt(95, 5, 5);
    expect(heard(place(...spurt(0, 0, 5), ...(first ? [first] : []), ...rest))).toEqual([[0, 200]]);
  });

  it('in the order in which it was said, with no word lost, when all comes at once', () => {
    const late = spurt(0, 0, 20).map((arrival) => ({ ...arrival, atMs: 600, marker: false }));
    expect(heard(place(...late))).toEqual([[600, 600 + 19 * 20]]);
  });

  it('with no word thrown away where the next packet had come before a held-up process got round to it', () => {
    const lateMs = 200;
    const heldUp = { fromMs: 240, toMs: 340 };
    const arrivals = spurt(0, 0, 40).map((arrival) => {
      const { atMs, index } = arrival;
      const common = { ...arrival, marker: false, isSilent: index < 2 || index > 6 };
      if (atMs < heldUp.fromMs) return { ...common, atMs: Math.max(lateMs, atMs) };
      const isHeldUp = atMs < heldUp.toMs;
      return isHeldUp ? { ...common, atMs: heldUp.toMs, uncertaintyMs: heldUp.toMs - heldUp.fromMs } : common;
    });
    expect(heard(place(...arrivals))).toEqual([[lateMs + 2 * 20, lateMs + 7 * 20]]);
  });

  it('when it came, not when a held-up process got round to it', () => {
    const arrivals = spurt(100, 0, 10).map((arrival) =>
      arrival.atMs < 150 ? { ...arrival, atMs: 150, uncertaintyMs: 60 } : arrival,
    );
    expect(heard(place(...arrivals))).toEqual([[100, 300]]);
  });
});

it('a log gives back every packet it was given', () => {
  const log = new PacketLog();
  const packets: ReceivedPacket[] = Array.from({ length: 1_000 }, (_, i) => ({
    arrivedAtMs: i * 20.5,
    uncertaintyMs: i % 3,
    sequence: i,
    timestamp: 2 ** 32 - 1 - i,
    ssrc: 7,
    marker: i % 50 === 0,
    payload: new Uint8Array(i % 240).fill(i),
  }));
  for (const packet of packets) log.add(packet);
  expect([...log]).toEqual(packets);
});
