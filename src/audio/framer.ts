/**
 * Cuts a stream that arrives in pieces of any size into frames of one size, so that who works on frames need not know how a
 * network or a synthesizer cut them.
 */
export class Framer {
  readonly #frameBytes: number;
  readonly #silence: number;
  #carried: Uint8Array;
  #carriedBytes = 0;

  /** `silence` is the byte that sounds like nothing: 0 in PCM, see G711_SILENCE for the others. */
  constructor(frameBytes: number, silence = 0) {
    this.#frameBytes = frameBytes;
    this.#silence = silence;
    this.#carried = new Uint8Array(frameBytes);
  }

  /**
   * The frames that are whole now. What lies within the piece is a view of it or the piece itself, not a copy: who reuses the piece's
   * memory must be done with the frames before.
   */
  push(piece: Uint8Array): readonly Uint8Array[] {
    // As a telephone sends them: nothing to cut.
    if (this.#carriedBytes === 0 && piece.byteLength === this.#frameBytes) return [piece];
    const frames: Uint8Array[] = [];
    let at = 0;
    if (this.#carriedBytes > 0) {
      at = Math.min(this.#frameBytes - this.#carriedBytes, piece.byteLength);
      this.#carry(piece.subarray(0, at));
      if (this.#carriedBytes < this.#frameBytes) return frames;
      frames.push(this.#takeCarried());
    }
    for (; at + this.#frameBytes <= piece.byteLength; at += this.#frameBytes) {
      frames.push(piece.subarray(at, at + this.#frameBytes));
    }
    this.#carry(piece.subarray(at));
    return frames;
  }

  /** The stream is over: its last, begun frame filled up with silence, if there is one. */
  flush(): Uint8Array | undefined {
    if (this.#carriedBytes === 0) return undefined;
    this.#carried.fill(this.#silence, this.#carriedBytes);
    return this.#takeCarried();
  }

  #carry(bytes: Uint8Array): void {
    this.#carried.set(bytes, this.#carriedBytes);
    this.#carriedBytes += bytes.byteLength;
  }

  #takeCarried(): Uint8Array {
    const frame = this.#carried;
    this.#carried = new Uint8Array(this.#frameBytes);
    this.#carriedBytes = 0;
    return frame;
  }
}
