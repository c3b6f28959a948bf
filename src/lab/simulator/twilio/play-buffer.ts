/**
 * What Twilio has been sent and has not played yet: audio, and marks between it. It is played in real time; a mark is told of when all
 * before it was played, or when everything is dropped.
 */
import { decodeG711Into, G711_SAMPLE_RATE_HZ } from '../../../audio/g711.ts';
import { FRAME_SAMPLES, SILENCE, type Frame } from '../asterisk/frames.ts';

type Piece =
  | { readonly kind: 'audio'; readonly ulaw: Uint8Array; played: number }
  | { readonly kind: 'mark'; readonly name: string };

export class PlayBuffer {
  readonly #pieces: Piece[] = [];
  readonly #onMark: (name: string) => void;
  #bytes = 0;
  #mostBytes = 0;

  constructor(onMark: (name: string) => void) {
    this.#onMark = onMark;
  }

  /** The most that ever waited to be played, ms. */
  get mostAheadMs(): number {
    return (this.#mostBytes * 1000) / G711_SAMPLE_RATE_HZ;
  }

  add(ulaw: Uint8Array): void {
    if (ulaw.length === 0) return;
    this.#pieces.push({ kind: 'audio', ulaw, played: 0 });
    this.#bytes += ulaw.length;
    this.#mostBytes = Math.max(this.#mostBytes, this.#bytes);
  }

  mark(name: string): void {
    this.#pieces.push({ kind: 'mark', name });
    this.#tellMarks();
  }

  clear(): void {
    const dropped = this.#pieces.splice(0);
    this.#bytes = 0;
    for (const piece of dropped) if (piece.kind === 'mark') this.#onMark(piece.name);
  }

  /** The next 20 ms as they are heard. */
  play(): Frame {
    if (this.#bytes === 0) return SILENCE;
    const frame = new Int16Array(FRAME_SAMPLES);
    let at = 0;
    for (let piece = this.#pieces[0]; piece && at < FRAME_SAMPLES; piece = this.#pieces[0]) {
      if (piece.kind === 'mark') {
        this.#tellMarks();
        continue;
      }
      const part = piece.ulaw.subarray(piece.played, piece.played + FRAME_SAMPLES - at);
      decodeG711Into(frame, at, part, 'PCMU');
      at += part.length;
      piece.played += part.length;
      this.#bytes -= part.length;
      if (piece.played === piece.ulaw.length) this.#pieces.shift();
    }
    this.#tellMarks();
    return frame;
  }

  /** Those that nothing stands before. */
  #tellMarks(): void {
    for (let piece = this.#pieces[0]; piece?.kind === 'mark'; piece = this.#pieces[0]) {
      this.#pieces.shift();
      this.#onMark(piece.name);
    }
  }
}
