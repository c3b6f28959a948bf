/** One side of a call on its time axis: pieces of audio, each at its time, with silence where nothing was heard. */
import { bytesToMs, msToBytes } from '../../audio/pcm.ts';
import type { WavSpool } from './wav-spool.ts';

/**
 * A smaller gap is no silence but jitter, ms: the pieces are joined. Each piece is placed by its own time, so it does not add up.
 */
const JITTER_MS = 40;

/** Shared by all silences, and never written to: a second of 16 kHz. */
const SILENCE = new Uint8Array(32_000);

interface Piece {
  readonly fromMs: number;
  readonly pcm: Uint8Array;
}

export interface SoundTrackOptions {
  readonly sampleRateHz: number;
  /** Nothing is written before it is let go of: it may still be silenced. */
  readonly holds: boolean;
}

export class SoundTrack {
  readonly #options: SoundTrackOptions;
  readonly #spool: WavSpool;
  #held: Piece[] = [];
  #endMs = 0;

  constructor(spool: WavSpool, options: SoundTrackOptions) {
    this.#spool = spool;
    this.#options = options;
  }

  /** PCM of the track's rate that was heard at `atMs`. What comes later must have been heard later. */
  add(atMs: number, pcm: Uint8Array): void {
    if (atMs > this.#endMs + JITTER_MS)
      this.#pushSilence(msToBytes(atMs - this.#endMs, this.#options.sampleRateHz));
    this.#push(pcm);
  }

  /** Silences what has not been let go of. */
  silence(fromMs: number, toMs: number): void {
    this.#held = this.#held.map((piece) => this.#silenced(piece, fromMs, toMs));
  }

  /** Everything that was heard before `untilMs` may be written. */
  letGo(untilMs = Infinity): void {
    while (this.#held[0] && this.#held[0].fromMs + this.#msOf(this.#held[0].pcm) <= untilMs)
      this.#spool.append((this.#held.shift() as Piece).pcm);
  }

  /** As long as the whole call, ms. Resolves when the file is whole; rejects with what kept it from being so. */
  async finish(lengthMs: number): Promise<void> {
    this.add(lengthMs, new Uint8Array(0));
    this.letGo();
    await this.#spool.finish();
  }

  #pushSilence(bytes: number): void {
    for (let left = bytes; left > 0; left -= SILENCE.byteLength) this.#push(SILENCE.subarray(0, left));
  }

  #push(pcm: Uint8Array): void {
    if (pcm.byteLength === 0) return;
    if (this.#options.holds) this.#held.push({ fromMs: this.#endMs, pcm });
    else this.#spool.append(pcm);
    this.#endMs += this.#msOf(pcm);
  }

  #silenced(piece: Piece, fromMs: number, toMs: number): Piece {
    const from = msToBytes(fromMs - piece.fromMs, this.#options.sampleRateHz);
    const to = msToBytes(toMs - piece.fromMs, this.#options.sampleRateHz);
    if (from >= piece.pcm.byteLength || to <= 0) return piece;
    // Not `slice`: a Buffer's slice is no copy, and whoever else hears this hears it whole.
    const pcm = new Uint8Array(piece.pcm);
    pcm.fill(0, from, to);
    return { fromMs: piece.fromMs, pcm };
  }

  #msOf(pcm: Uint8Array): number {
    return bytesToMs(pcm.byteLength, this.#options.sampleRateHz);
  }
}
