/**
 * Where format and samples stand in a WAV file, as programs really write them: streamed ones do not know their length, some leave out the
 * byte that makes an odd chunk even, and long ones are RF64 (EBU Tech 3306), whose 32-bit sizes mean nothing.
 */

export interface WavParts {
  /** 1 is PCM; of a file that says more of itself, what it says there, or 0xfffe where that is no such number. */
  readonly format: number;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bits: number;
  readonly samples: Uint8Array;
}

const CONTAINERS: readonly string[] = ['RIFF', 'RF64'];
const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const FORMAT_BYTES = 16;
const EXTENSIBLE = 0xfffe;
/** Of a format that says more of itself: the whole, and where the rest of it begins. */
const EXTENSIBLE_BYTES = 40;
const SUB_FORMAT_AT = 24;
const SUB_FORMAT_BYTES = 16;
const SUB_FORMAT_TAIL = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

export function isWav(bytes: Uint8Array): boolean {
  return bytes.byteLength >= HEADER_BYTES && CONTAINERS.includes(name(bytes, 0)) && name(bytes, 8) === 'WAVE';
}

/** Undefined if it is no WAV file, or has no format or no samples. What a chunk lacks at its end is missing from the samples. */
export function wavParts(bytes: Uint8Array): WavParts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isWav(bytes)) return undefined;
  let format: Omit<WavParts, 'samples'> | undefined;
  for (let at = HEADER_BYTES; at + CHUNK_HEADER_BYTES <= bytes.byteLength;) {
    const body = at + CHUNK_HEADER_BYTES;
    const length = view.getUint32(at + 4, true);
    const kind = name(bytes, at);
    if (kind === 'fmt ' && body + FORMAT_BYTES <= bytes.byteLength) format = formatAt(view, body, length);
    if (kind === 'data') return format && { ...format, samples: samplesAt(bytes, body, length) };
    at = nextChunk(bytes, body + length);
  }
  return undefined;
}

function formatAt(view: DataView, at: number, length: number): Omit<WavParts, 'samples'> {
  const format = view.getUint16(at, true);
  return {
    format: format === EXTENSIBLE && length >= EXTENSIBLE_BYTES ? subFormatAt(view, at) : format,
    channels: view.getUint16(at + 2, true),
    sampleRateHz: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  };
}

/** A GUID, of which the first two bytes are a format where the others are the same as of all formats: RFC 2361. */
function subFormatAt(view: DataView, at: number): number {
  const from = at + SUB_FORMAT_AT;
  if (from + SUB_FORMAT_BYTES > view.byteLength) return EXTENSIBLE;
  const isFormat = SUB_FORMAT_TAIL.every((byte, index) => view.getUint8(from + 2 + index) === byte);
  return isFormat ? view.getUint16(from, true) : EXTENSIBLE;
}

/** A length of 0 was never filled in, unless nothing or another chunk follows; one beyond the end was never reached. */
function samplesAt(bytes: Uint8Array, from: number, length: number): Uint8Array {
  const isUnknown = length === 0 && !isChunk(bytes, from);
  return bytes.subarray(from, isUnknown ? bytes.byteLength : from + length);
}

/** Chunks begin at even places; where a writer has forgotten that, the name tells. */
function nextChunk(bytes: Uint8Array, end: number): number {
  return end % 2 === 1 && !(isChunk(bytes, end) && !isChunk(bytes, end + 1)) ? end + 1 : end;
}

/** A name of four letters, small or capital, with spaces at its end. */
function isChunk(bytes: Uint8Array, at: number): boolean {
  return at + CHUNK_HEADER_BYTES <= bytes.byteLength && /^[A-Za-z][A-Za-z0-9 _-]{3}$/.test(name(bytes, at));
}

function name(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
