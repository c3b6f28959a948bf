/** How a call's audio packets came: what was lost, late and uneven (RFC 3550, 6.4.1 and A.3). */
import { G711_SAMPLE_RATE_HZ } from '../../../audio/g711.ts';
import type { StreamQuality } from '../phone.ts';
import type { ReceivedPacket } from './packet-log.ts';
import { after, after16, CONTINUOUS_WITHIN_MS, JITTER_BUFFER_MS } from './place-packets.ts';

const SAMPLES_PER_MS = G711_SAMPLE_RATE_HZ / 1000;
/** How quickly the jitter follows (RFC 3550, 6.4.1). */
const JITTER_GAIN = 1 / 16;

/** `others` is how many packets of the same stream were no audio: they took sequence numbers, so they are not missing. */
export function streamQualityOf(packets: Iterable<ReceivedPacket>, others = 0): StreamQuality {
  let [expected, received, late, longestGapMs, jitterMs] = [0, 0, 0, 0, 0];
  for (const source of sourcesOf(packets)) {
    expected += source.expected;
    received += source.received;
    late += source.late;
    longestGapMs = Math.max(longestGapMs, source.longestGapMs);
    jitterMs = Math.max(jitterMs, source.highestJitterMs);
  }
  const lost = Math.max(0, expected - received - others);
  return { expected: received + lost, received, lost, late, jitterMs, longestGapMs };
}

/** A sender's packets; after a transfer or a re-INVITE there is another one. */
function* sourcesOf(packets: Iterable<ReceivedPacket>): Generator<Source> {
  let source: Source | undefined;
  for (const packet of packets) {
    if (source?.ssrc === packet.ssrc) {
      source.add(packet);
      continue;
    }
    if (source) yield source;
    source = new Source(packet);
  }
  if (source) yield source;
}

class Source {
  readonly ssrc: number;
  late = 0;
  longestGapMs = 0;
  highestJitterMs = 0;
  readonly #numbers = new Set<number>();
  #lowest = 0;
  #highest = 0;
  #newest: ReceivedPacket;
  #lastArrivedAtMs: number;
  #quickestTransitMs = 0;
  #jitterMs = 0;

  constructor(first: ReceivedPacket) {
    this.ssrc = first.ssrc;
    this.#newest = first;
    this.#lastArrivedAtMs = first.arrivedAtMs;
    this.#numbers.add(0);
  }

  get received(): number {
    return this.#numbers.size;
  }

  get expected(): number {
    return this.#highest - this.#lowest + 1;
  }

  add(packet: ReceivedPacket): void {
    const steps = after16(packet.sequence, this.#newest.sequence);
    const number = this.#highest + steps;
    if (this.#numbers.has(number)) return;
    this.#numbers.add(number);
    this.#lowest = Math.min(this.#lowest, number);
    if (isNewSpurt(packet, this.#newest, steps)) this.#quickestTransitMs = 0;
    else this.#time(packet, slowerByMs(packet, this.#newest), steps);
    this.#lastArrivedAtMs = packet.arrivedAtMs;
    if (steps <= 0) return;
    this.#newest = packet;
    this.#highest = number;
  }

  /** The quickest transit of the spurt is kept relative to the newest packet's. */
  #time(packet: ReceivedPacket, slowerMs: number, steps: number): void {
    const lateMs = slowerMs - this.#quickestTransitMs;
    if (lateMs - packet.uncertaintyMs > JITTER_BUFFER_MS) this.late++;
    const gapMs = packet.arrivedAtMs - packet.uncertaintyMs - this.#lastArrivedAtMs;
    this.longestGapMs = Math.max(this.longestGapMs, gapMs);
    // What this process handled late says nothing of the network.
    if (packet.uncertaintyMs === 0 && this.#newest.uncertaintyMs === 0)
      this.#jitterMs += (Math.abs(slowerMs) - this.#jitterMs) * JITTER_GAIN;
    this.highestJitterMs = Math.max(this.highestJitterMs, this.#jitterMs);
    if (steps > 0) this.#quickestTransitMs = Math.min(0, this.#quickestTransitMs - slowerMs);
  }
}

/** How much longer this packet was under way than that one. */
function slowerByMs(packet: ReceivedPacket, than: ReceivedPacket): number {
  const arrivedLaterMs = packet.arrivedAtMs - than.arrivedAtMs;
  return arrivedLaterMs - after(packet.timestamp, than.timestamp) / SAMPLES_PER_MS;
}

/** Where the sender was silent or has jumped, times tell nothing of the network. */
function isNewSpurt(packet: ReceivedPacket, newest: ReceivedPacket, steps: number): boolean {
  if (steps > 0 && packet.marker) return true;
  const surprise = after(packet.timestamp, newest.timestamp) - steps * newest.payload.length;
  return Math.abs(surprise) > CONTINUOUS_WITHIN_MS * SAMPLES_PER_MS;
}
