/**
 * The last moments of a voice, in memory that is taken once: pieces that were kept one by one would each outlive the collector's youth,
 * fifty a second and call.
 */
export class RecentAudio {
  readonly #ring: Uint8Array;
  #at = 0;
  /** As many as were pushed, at most what there is room for. */
  #keptBytes = 0;

  constructor(roomBytes: number) {
    this.#ring = new Uint8Array(roomBytes);
  }

  /** The piece is copied. */
  push(piece: Uint8Array): void {
    const room = this.#ring.byteLength;
    const kept = piece.byteLength > room ? piece.subarray(piece.byteLength - room) : piece;
    const beforeEnd = Math.min(kept.byteLength, room - this.#at);
    this.#ring.set(beforeEnd === kept.byteLength ? kept : kept.subarray(0, beforeEnd), this.#at);
    if (beforeEnd < kept.byteLength) this.#ring.set(kept.subarray(beforeEnd), 0);
    this.#at = (this.#at + kept.byteLength) % room;
    this.#keptBytes = Math.min(room, this.#keptBytes + kept.byteLength);
  }

  /** A copy of the last `bytes`, or of all there are. */
  last(bytes: number): Uint8Array {
    const length = Math.min(bytes, this.#keptBytes);
    const copy = new Uint8Array(length);
    const from = this.#at - length;
    if (from < 0) copy.set(this.#ring.subarray(from));
    copy.set(this.#ring.subarray(Math.max(0, from), this.#at), Math.max(0, -from));
    return copy;
  }
}
