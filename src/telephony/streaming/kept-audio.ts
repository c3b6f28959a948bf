/** A stretch of a byte stream: what was written lately and is not done with. Positions count from the stream's beginning. */
import { joinedBytes } from '../../audio/pcm.ts';

export class KeptAudio {
  #pieces: Uint8Array[] = [];
  #from = 0;
  #to = 0;

  /** The position behind the last byte. */
  get to(): number {
    return this.#to;
  }

  push(piece: Uint8Array): void {
    if (piece.byteLength === 0) return;
    this.#pieces.push(piece);
    this.#to += piece.byteLength;
  }

  /** What lies between two positions that are kept. */
  read(from: number, to: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let at = this.#from;
    for (const piece of this.#pieces) {
      if (at >= to) break;
      if (at + piece.byteLength > from) parts.push(piece.subarray(Math.max(0, from - at), to - at));
      at += piece.byteLength;
    }
    return joinedBytes(parts);
  }

  /** Lets go of everything before a position. */
  dropBefore(position: number): void {
    for (let first = this.#pieces[0]; first && this.#from < position; first = this.#pieces[0]) {
      if (this.#from + first.byteLength > position) {
        this.#pieces[0] = first.subarray(position - this.#from);
        this.#from = position;
      } else {
        this.#pieces.shift();
        this.#from += first.byteLength;
      }
    }
  }

  /** Takes back everything from a position on. */
  cutFrom(position: number): void {
    const rest = this.read(this.#from, position);
    this.#pieces = rest.byteLength > 0 ? [rest] : [];
    this.#to = position;
  }
}
