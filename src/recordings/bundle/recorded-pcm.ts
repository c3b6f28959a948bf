/**
 * The audio of a bundle: a WAV file of 16-bit mono PCM. Only the two chunks that matter are looked at, and only as far as there are
 * bytes: what others claim to hold, or how much, costs nothing. http://soundfile.sapp.org/doc/WaveFormat/
 */
import { BYTES_PER_SAMPLE } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';

const PCM = 1;
const EXTENSIBLE = 0xfffe;
const BITS = 16;
const CHUNKS_AT = 12;
const CHUNK_HEADER_BYTES = 8;
const FORMAT_BYTES = 16;

/** Every line's rate lies between; what lies far outside would make hours of seconds. */
const RATES_HZ = { least: 8000, most: 48_000 };

/** Throws an Error that says what it is instead. */
export function recordedPcm(wav: Uint8Array): Pcm {
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  const name = (at: number) => String.fromCharCode(...wav.subarray(at, at + 4));
  if (name(0) !== 'RIFF' || name(8) !== 'WAVE') throw new Error('it is no WAV file');
  let sampleRateHz: number | undefined;
  for (let at = CHUNKS_AT; at + CHUNK_HEADER_BYTES <= wav.byteLength;) {
    const from = at + CHUNK_HEADER_BYTES;
    const bytes = Math.min(view.getUint32(at + 4, true), wav.byteLength - from);
    if (name(at) === 'fmt ' && bytes >= FORMAT_BYTES) sampleRateHz = rateOf(view, from);
    if (name(at) === 'data') {
      if (sampleRateHz === undefined) throw new Error('its audio comes before its format');
      return { sampleRateHz, data: wav.subarray(from, from + bytes - (bytes % BYTES_PER_SAMPLE)) };
    }
    at = from + bytes + (bytes % 2);
  }
  throw new Error('it holds no audio');
}

function rateOf(view: DataView, at: number): number {
  const format = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const rateHz = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  if ((format !== PCM && format !== EXTENSIBLE) || channels !== 1 || bits !== BITS)
    throw new Error(`it is of format ${format}, ${channels} channels, ${bits} bits`);
  if (rateHz < RATES_HZ.least || rateHz > RATES_HZ.most) throw new Error(`its rate is ${rateHz} Hz`);
  return rateHz;
}
