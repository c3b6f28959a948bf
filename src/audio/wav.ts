/**
 * WAV containers around 16-bit PCM. wavefile knows how they are written; the samples themselves are copied whole, never one by one.
 */
import wavefile from 'wavefile';
import { ParleyError } from '../base/errors.ts';
import { BYTES_PER_SAMPLE, concatBytes, toSamples, type Pcm } from './pcm.ts';
import { isWav, wavParts } from './wav-chunks.ts';

const FORMAT_PCM = 1;
const FORMAT_EXTENSIBLE = 0xfffe;

/** What else telephony and sound programs write, by the registry of RFC 2361. */
const ENCODINGS: Readonly<Record<number, string>> = {
  [FORMAT_PCM]: 'PCM',
  2: 'ADPCM',
  3: 'floating point',
  6: 'A-law',
  7: 'µ-law',
  17: 'ADPCM',
  49: 'GSM',
  85: 'MP3',
  [FORMAT_EXTENSIBLE]: 'PCM',
};

/** Where the two sizes stand in the canonical header that wavefile writes: RIFF and data. */
const RIFF_SIZE_AT = 4;
const DATA_SIZE_AT = 40;
/** Where the samples begin in what `encodeWav` makes. */
export const WAV_HEADER_BYTES = 44;

/** A WAV file of this PCM. The header's rate is the data's. */
export function encodeWav(pcm: Pcm): Uint8Array {
  return encode(pcm.data, pcm.sampleRateHz, 1);
}

/** A WAV file with one recording on each side; the shorter one ends in silence. Throws AUDIO_INVALID if their rates differ. */
export function encodeStereoWav(left: Pcm, right: Pcm): Uint8Array {
  if (left.sampleRateHz !== right.sampleRateHz)
    throw new ParleyError(
      'AUDIO_INVALID',
      `${left.sampleRateHz} Hz on the left, ${right.sampleRateHz} Hz on the right.`,
    );
  return encode(interleaved(toSamples(left), toSamples(right)), left.sampleRateHz, 2);
}

/** What stands before `dataBytes` of samples in a WAV file. */
export function wavHeader(dataBytes: number, sampleRateHz: number, channels = 1): Uint8Array {
  const empty = new wavefile.WaveFile();
  empty.fromScratch(channels, sampleRateHz, '16', []);
  const bytes = empty.toBuffer().slice(0, WAV_HEADER_BYTES);
  const header = new DataView(bytes.buffer);
  header.setUint32(RIFF_SIZE_AT, WAV_HEADER_BYTES + dataBytes - 8, true);
  header.setUint32(DATA_SIZE_AT, dataBytes, true);
  return bytes;
}

/**
 * The samples of both sides by turns, as a WAV file holds them; the shorter side ends in silence. `into`: room for as many pairs at least,
 * which the result is a view of.
 */
export function interleaved(
  left: Int16Array,
  right: Int16Array,
  into = new Int32Array(Math.max(left.length, right.length)),
): Uint8Array {
  const shorter = Math.min(left.length, right.length);
  const longer = Math.max(left.length, right.length);
  // A pair is one little-endian number: half the work of two, and calls have many.
  for (let at = 0; at < shorter; at++) into[at] = ((left[at] ?? 0) & 0xffff) | ((right[at] ?? 0) << 16);
  for (let at = shorter; at < left.length; at++) into[at] = (left[at] ?? 0) & 0xffff;
  for (let at = shorter; at < right.length; at++) into[at] = (right[at] ?? 0) << 16;
  return new Uint8Array(into.buffer, into.byteOffset, longer * into.BYTES_PER_ELEMENT);
}

function encode(data: Uint8Array, sampleRateHz: number, channels: number): Uint8Array {
  return concatBytes([wavHeader(data.byteLength, sampleRateHz, channels), data]);
}

/** The PCM in a WAV file. Throws AUDIO_INVALID for anything that is not 16-bit mono PCM. */
export function decodeWav(bytes: Uint8Array): Pcm {
  const wav = wavParts(bytes);
  if (!wav)
    throw new ParleyError('AUDIO_INVALID', isWav(bytes) ? 'A WAV file without sound.' : 'Not a WAV file.');
  const { format, channels, bits, samples, sampleRateHz } = wav;
  const isLinear = format === FORMAT_PCM || format === FORMAT_EXTENSIBLE;
  if (!isLinear || channels !== 1 || bits !== 16) {
    const encoding = ENCODINGS[format] ?? `format ${format}`;
    throw new ParleyError(
      'AUDIO_INVALID',
      `A WAV file of ${bits}-bit ${encoding} in ${channels} channel${channels === 1 ? '' : 's'}.`,
    );
  }
  // A copy: the file's own bytes may begin at an odd place.
  return {
    sampleRateHz,
    data: samples.slice(0, samples.byteLength - (samples.byteLength % BYTES_PER_SAMPLE)),
  };
}
