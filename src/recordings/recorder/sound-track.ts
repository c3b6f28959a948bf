/** One side of a call on its time axis: pieces of audio, each at its time, with silence where nothing was heard. */
import { bytesToMs, msToBytes } from '../../audio/pcm.ts';

/**
 * A smaller gap is no silence but jitter, ms: the pieces are joined. Each piece is placed by its own time, so it does not add up.
 */
const JITTER_MS = 40;

/** Where the sound goes: one piece behind another. */
export interface GrowingSound {
  append(pcm: Uint8Array): void;
  /** Silence. */
  skip(bytes: number): void;
}

interface Piece {
  readonly fromMs: number;
  readonly pcm: Uint8Array;
}

export interface SoundTrackOptions {
  readonly sampleRateHz: number;
  /** Nothing is written before it is let go of: it may still be silenced. */
  readonly holds: boolean;
}

/** Its length is counted in bytes: a whole number costs no memory of its own, and this is done fifty times a second. */
export class SoundTrack {
  readonly #sampleRateHz: number;
  readonly #sound: GrowingSound;
  /** Undefined where nothing is held back. */
  #held: Piece[] | undefined;
  #bytes = 0;
  /** How long it may be without a gap when the next piece comes. */
  readonly #jitterBytes: number;

  constructor(sound: GrowingSound, { sampleRateHz, holds }: SoundTrackOptions) {
    this.#sound = sound;
    this.#sampleRateHz = sampleRateHz;
    this.#held = holds ? [] : undefined;
    this.#jitterBytes = msToBytes(JITTER_MS, sampleRateHz);
  }

  /** PCM of the track's rate that was heard at `atMs`. What comes later must have been heard later. */
  add(atMs: number, pcm: Uint8Array): void {
    const silentBytes = msToBytes(atMs, this.#sampleRateHz) - this.#bytes;
    if (silentBytes > this.#jitterBytes) this.#pushSilence(silentBytes);
    if (pcm.byteLength === 0) return;
    if (this.#held) this.#held.push({ fromMs: bytesToMs(this.#bytes, this.#sampleRateHz), pcm });
    else this.#sound.append(pcm);
    this.#bytes += pcm.byteLength;
  }

  /** Silences what has not been let go of. */
  silence(fromMs: number, toMs: number): void {
    this.#held = this.#held?.map((piece) => this.#silenced(piece, fromMs, toMs));
  }

  /** Everything that was heard before `untilMs` may be written. */
  letGo(untilMs = Infinity): void {
    const held = this.#held ?? [];
    while (held[0] && held[0].fromMs + bytesToMs(held[0].pcm.byteLength, this.#sampleRateHz) <= untilMs)
      this.#sound.append((held.shift() as Piece).pcm);
  }

  /** As long as the whole call, ms: nothing follows. */
  finish(lengthMs: number): void {
    this.add(lengthMs, new Uint8Array(0));
    this.letGo();
  }

  #pushSilence(bytes: number): void {
    if (this.#held)
      this.#held.push({ fromMs: bytesToMs(this.#bytes, this.#sampleRateHz), pcm: new Uint8Array(bytes) });
    else this.#sound.skip(bytes);
    this.#bytes += bytes;
  }

  #silenced(piece: Piece, fromMs: number, toMs: number): Piece {
    const from = msToBytes(fromMs - piece.fromMs, this.#sampleRateHz);
    const to = msToBytes(toMs - piece.fromMs, this.#sampleRateHz);
    if (from >= piece.pcm.byteLength || to <= 0) return piece;
    // Not `slice`: a Buffer's slice is no copy, and whoever else hears this hears it whole.
    const pcm = new Uint8Array(piece.pcm);
    pcm.fill(0, from, to);
    return { fromMs: piece.fromMs, pcm };
  }
}
