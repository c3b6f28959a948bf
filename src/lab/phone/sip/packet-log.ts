/** All the audio packets that a call has received, in the order of their arrival. A few growing arrays: no object a packet. */

export interface ReceivedPacket {
  /** When it was handled, and how much earlier it may really have come; milliseconds on the phone's clock. */
  readonly arrivedAtMs: number;
  readonly uncertaintyMs: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly marker: boolean;
  /** G.711, a byte a sample. */
  readonly payload: Uint8Array;
}

const FIRST_PACKETS = 256;
const USUAL_PAYLOAD_BYTES = 160;

export class PacketLog {
  #count = 0;
  #times = new Float64Array(FIRST_PACKETS * 2);
  #numbers = new Uint32Array(FIRST_PACKETS * 5);
  #payloads = new Uint8Array(FIRST_PACKETS * USUAL_PAYLOAD_BYTES);
  #payloadBytes = 0;

  add(packet: ReceivedPacket): void {
    if (this.#count * 2 === this.#times.length) {
      this.#times = grown(this.#times, new Float64Array(this.#times.length * 2));
      this.#numbers = grown(this.#numbers, new Uint32Array(this.#numbers.length * 2));
    }
    while (this.#payloadBytes + packet.payload.length > this.#payloads.length)
      this.#payloads = grown(this.#payloads, new Uint8Array(this.#payloads.length * 2));

    this.#times.set([packet.arrivedAtMs, packet.uncertaintyMs], this.#count * 2);
    const { sequence, timestamp, ssrc, marker } = packet;
    this.#numbers.set([sequence, timestamp, ssrc, marker ? 1 : 0, this.#payloadBytes], this.#count * 5);
    this.#payloads.set(packet.payload, this.#payloadBytes);
    this.#payloadBytes += packet.payload.length;
    this.#count++;
  }

  *[Symbol.iterator](): Generator<ReceivedPacket> {
    for (let i = 0; i < this.#count; i++) {
      const [arrivedAtMs = 0, uncertaintyMs = 0] = this.#times.subarray(i * 2, i * 2 + 2);
      const [sequence = 0, timestamp = 0, ssrc = 0, marker = 0, start = 0] = this.#numbers.subarray(
        i * 5,
        i * 5 + 5,
      );
      const end = i + 1 < this.#count ? (this.#numbers[i * 5 + 9] ?? 0) : this.#payloadBytes;
      const payload = this.#payloads.subarray(start, end);
      yield { arrivedAtMs, uncertaintyMs, sequence, timestamp, ssrc, marker: marker === 1, payload };
    }
  }
}

function grown<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
