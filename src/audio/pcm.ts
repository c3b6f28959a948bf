/**
 * PCM everywhere in Parley: 16-bit signed little-endian, mono. Pure functions, no I/O.
 */
export interface Pcm {
  readonly sampleRateHz: number;
  /** Two bytes a sample; always an even length. */
  readonly data: Uint8Array;
}

export const BYTES_PER_SAMPLE = 2;

/** How long `byteLength` bytes at `sampleRateHz` sound, in milliseconds. */
export function bytesToMs(byteLength: number, sampleRateHz: number): number {
  return (byteLength / BYTES_PER_SAMPLE / sampleRateHz) * 1000;
}

/** The bytes of `durationMs` at `sampleRateHz`, rounded down to a whole sample. */
export function msToBytes(durationMs: number, sampleRateHz: number): number {
  return Math.floor((Math.max(0, durationMs) * sampleRateHz) / 1000) * BYTES_PER_SAMPLE;
}

export function durationMs(pcm: Pcm): number {
  return bytesToMs(pcm.data.byteLength, pcm.sampleRateHz);
}

export function silence(forMs: number, sampleRateHz: number): Pcm {
  return { sampleRateHz, data: new Uint8Array(msToBytes(forMs, sampleRateHz)) };
}

/** The part from `fromMs` up to `toMs` (the end if not given), without copying. */
export function slice(pcm: Pcm, fromMs: number, toMs = Infinity): Pcm {
  const start = msToBytes(fromMs, pcm.sampleRateHz);
  const end = toMs === Infinity ? pcm.data.byteLength : msToBytes(toMs, pcm.sampleRateHz);
  return { sampleRateHz: pcm.sampleRateHz, data: pcm.data.subarray(start, Math.max(start, end)) };
}

/** All pieces behind one another. */
export function concatBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

/** The same, but a single piece as it is: not to be written into, it may be somebody else's memory. */
export function joinedBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  return pieces.length === 1 && first ? first : concatBytes(pieces);
}

/** The samples as numbers. Copies only where the bytes are not aligned for a 16-bit view. */
export function toSamples(pcm: Pcm): Int16Array {
  const { data } = pcm;
  // Not `data.slice()`: a Buffer's slice is no copy.
  const aligned = data.byteOffset % BYTES_PER_SAMPLE === 0 ? data : new Uint8Array(data);
  return new Int16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1);
}

export function fromSamples(samples: Int16Array, sampleRateHz: number): Pcm {
  return { sampleRateHz, data: new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength) };
}
