/**
 * When did the caller hear what? Packets carry when they were meant to be heard only relative to one another; this puts them on the
 * phone's clock, as an ordinary phone would play them.
 *
 * A spurt is a run of packets whose timestamps belong together. Its first packet is heard as it arrives, the others where their
 * timestamps put them, so jitter, reordering and duplicates do not show, and what was lost is silence. A packet that comes too late for a
 * phone's jitter buffer was heard late: it begins a new spurt. So does one after a row of packets that had to wait: a phone's buffer shrinks again,
 * by what is silent in it at once, and else by and by.
 */
import { decodeG711Into, G711_SAMPLE_RATE_HZ, type G711Law } from '../../../audio/g711.ts';
import { fromSamples } from '../../../audio/pcm.ts';
import { isSound } from '../hear.ts';
import type { Track } from '../phone.ts';
import type { ReceivedPacket } from './packet-log.ts';

/** What ordinary phones buffer. Audio that is later than this leaves a hole that one hears. */
export const JITTER_BUFFER_MS = 60;
/** So many packets in a row, each here so long before it is due, show that the buffer holds more than it needs. */
const SHRINK_AFTER_PACKETS = 10;
const SHRINK_BY_MS = 20;
/** A timestamp that jumps further than this between neighbouring packets starts a new spurt even without a marker. */
export const CONTINUOUS_WITHIN_MS = 20;
/** A spurt that begins up to this much before the last one's end follows it directly: jitter, not overlap. */
const TOUCHING_WITHIN_MS = 20;
/** How many packets may be asked when the first ones of a spurt were handled late. */
const WITNESSES = 15;

const SAMPLES_PER_MS = G711_SAMPLE_RATE_HZ / 1000;

interface Spurt {
  readonly packets: ReceivedPacket[];
  /** Arrival minus timestamp of its first packet, in milliseconds: what all others are placed by. */
  readonly transitMs: number;
  /** So much later it is heard, ms: a word before it is still in the buffer. */
  readonly delayMs: number;
  /** How many of its newest packets in a row came more than SHRINK_BY_MS before they were due. */
  earlyInARow: number;
}

/** The track from `startedAtMs` to `endedAtMs`; what was heard before or after is left out. */
export function placePackets(
  packets: Iterable<ReceivedPacket>,
  law: G711Law,
  startedAtMs: number,
  endedAtMs: number,
): Track {
  const length = Math.max(0, Math.round((endedAtMs - startedAtMs) * SAMPLES_PER_MS));
  const samples = new Int16Array(length);
  let endOfLast = -Infinity;
  const startOf = (transit: number, origin: number) =>
    Math.round((transit + origin / SAMPLES_PER_MS - startedAtMs) * SAMPLES_PER_MS);
  const delayMs = (first: ReceivedPacket) => {
    const start = startOf(transitMs(first), first.timestamp);
    if (endOfLast - start <= TOUCHING_WITHIN_MS * SAMPLES_PER_MS) return 0;
    return isSounding(samples, start, endOfLast) ? (endOfLast - start) / SAMPLES_PER_MS - SHRINK_BY_MS : 0;
  };
  for (const spurt of spurtsOf(packets, delayMs)) {
    const origin = spurt.packets[0]?.timestamp ?? 0;
    let start = startOf(spurt.delayMs > 0 ? spurt.transitMs + spurt.delayMs : heardTransitMs(spurt), origin);
    const overlap = endOfLast - start;
    if (spurt.delayMs === 0 && overlap > 0) {
      if (overlap <= TOUCHING_WITHIN_MS * SAMPLES_PER_MS) start = endOfLast;
      // It came before it was handled, while a word was still in the buffer.
      else if (isSounding(samples, start, endOfLast)) start = endOfLast - SHRINK_BY_MS * SAMPLES_PER_MS;
      // What waited to be heard behind that is thrown away: heard after it, it would be out of its order.
      else samples.fill(0, Math.max(0, start), endOfLast);
    }
    for (const { timestamp, payload } of spurt.packets) {
      const at = start + after(timestamp, origin);
      decodeG711Into(samples, at, payload, law);
      endOfLast = Math.max(endOfLast, at + payload.length);
    }
  }
  return { startedAtMs, pcm: fromSamples(samples, G711_SAMPLE_RATE_HZ) };
}

/** Whether that holds a word: a buffer that shrinks throws away what is silent in it, and only hurries a word, a packet's length at a time. */
function isSounding(samples: Int16Array, from: number, to: number): boolean {
  return isSound(samples.subarray(Math.max(0, from), Math.max(0, to)));
}

/** A spurt is placed before the next one begins: `delayMs` tells what that has to wait for then. */
function* spurtsOf(
  packets: Iterable<ReceivedPacket>,
  delayMs: (first: ReceivedPacket) => number,
): Generator<Spurt> {
  let spurt: Spurt | undefined;
  let newest: ReceivedPacket | undefined;
  for (const packet of packets) {
    if (!spurt || !newest || !belongs(packet, newest, spurt)) {
      if (spurt) yield spurt;
      spurt = {
        packets: [packet],
        transitMs: transitMs(packet),
        delayMs: delayMs(packet),
        earlyInARow: 0,
      };
      newest = packet;
      continue;
    }
    spurt.packets.push(packet);
    if (after16(packet.sequence, newest.sequence) > 0) newest = packet;
  }
  if (spurt) yield spurt;
}

function belongs(packet: ReceivedPacket, newest: ReceivedPacket, spurt: Spurt): boolean {
  if (packet.ssrc !== newest.ssrc) return false;
  const steps = after16(packet.sequence, newest.sequence);
  if (steps > 0 && packet.marker) return false;
  const expected = steps * newest.payload.length;
  const surprise = Math.abs(after(packet.timestamp, newest.timestamp) - expected);
  if (surprise > CONTINUOUS_WITHIN_MS * SAMPLES_PER_MS) return false;
  const lateMs = transitMs(packet, spurt.packets[0]) - spurt.transitMs - spurt.delayMs;
  // A lost second takes a second. Where it did not, nothing was lost: the sender has jumped.
  if (steps > 1 && lateMs < -JITTER_BUFFER_MS) return false;
  spurt.earlyInARow = lateMs < -SHRINK_BY_MS ? spurt.earlyInARow + 1 : 0;
  return lateMs - packet.uncertaintyMs <= JITTER_BUFFER_MS && spurt.earlyInARow <= SHRINK_AFTER_PACKETS;
}

/**
 * The transit that the spurt is placed by: its first packet's. If that was handled late because this process was held up, the first
 * packet that was not tells what it must have been, within what is known.
 */
function heardTransitMs({ packets, transitMs: firstTransitMs }: Spurt): number {
  const [first] = packets;
  if (!first || first.uncertaintyMs === 0) return firstTransitMs;
  const witness = packets.slice(1, WITNESSES).find(({ uncertaintyMs }) => uncertaintyMs === 0);
  if (!witness) return firstTransitMs;
  return Math.max(firstTransitMs - first.uncertaintyMs, Math.min(firstTransitMs, transitMs(witness, first)));
}

/** Arrival minus timestamp, in milliseconds. `origin` keeps a timestamp that has passed 2³² on the same axis as its spurt. */
function transitMs(packet: ReceivedPacket, origin = packet): number {
  const samples = origin.timestamp + after(packet.timestamp, origin.timestamp);
  return packet.arrivedAtMs - samples / SAMPLES_PER_MS;
}

/** How far `timestamp` is after `other`, modulo 2³². */
export function after(timestamp: number, other: number): number {
  return (timestamp - other) | 0;
}

/** The same for sequence numbers, modulo 2¹⁶. */
export function after16(sequence: number, other: number): number {
  return ((sequence - other) << 16) >> 16;
}
