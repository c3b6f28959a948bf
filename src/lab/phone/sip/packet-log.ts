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

  /** Numbers are taken by their places: whoever listens along goes through all packets many times a second. */
  *[Symbol.iterator](): Generator<ReceivedPacket> {
    const [times, numbers] = [this.#times, this.#numbers];
    for (let i = 0; i < this.#count; i++) {
      const at = i * 5;
      const end = i + 1 < this.#count ? (numbers[at + 9] ?? 0) : this.#payloadBytes;
      yield {
        arrivedAtMs: times[i * 2] ?? 0,
        uncertaintyMs: times[i * 2 + 1] ?? 0,
        sequence: numbers[at] ?? 0,
        timestamp: numbers[at + 1] ?? 0,
        ssrc: numbers[at + 2] ?? 0,
        marker: numbers[at + 3] === 1,
        payload: this.#payloads.subarray(numbers[at + 4] ?? 0, end),
      };
    }
  }
}

function grown<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
