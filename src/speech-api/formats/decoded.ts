/** Recordings as clients send them, as PCM. What they are is told by their bytes, and never by their name. */
import { MPEGDecoder } from 'mpg123-decoder';
import { decodeG711 } from '../../audio/g711.ts';
import { concatBytes, durationMs, fromSamples, toSamples } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { resampled, SAMPLE_RATES_HZ } from '../../audio/resample.ts';
import { isWav, wavParts } from '../../audio/wav-chunks.ts';
import { isParleyError } from '../../base/errors.ts';
import { SpeechRefusal } from '../refusal.ts';
import { throughFfmpeg } from './ffmpeg.ts';

type AudioKind = 'wav' | 'mp3' | 'ogg' | 'flac' | 'mp4' | 'webm' | 'aac';

/** What recognizers of all vendors take. */
const RATE_HZ = 16_000;
/** Longer recordings are refused, ms: four hours would be 460 MB as PCM. */
const LONGEST_MS = 4 * 60 * 60 * 1000;

/** What it is, by the numbers at its beginning. */
function kindOf(bytes: Uint8Array): AudioKind | undefined {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (isWav(bytes)) return 'wav';
  if (text(0, 4) === 'OggS') return 'ogg';
  if (text(0, 4) === 'fLaC') return 'flac';
  if (text(4, 8) === 'ftyp') return 'mp4';
  if (bytes[0] === 0x1a && text(1, 4) === 'E\xdf\xa3') return 'webm';
  if (text(0, 3) === 'ID3') return 'mp3';
  // A frame's header: eleven ones, then version and layer, which is 0 in AAC alone.
  const [first = 0, second = 0] = bytes;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  return (second & 0x06) === 0 ? 'aac' : 'mp3';
}

/** All of it at 16 kHz. Throws UNSUPPORTED_FORMAT, AUDIO_PROCESSING_ERROR, AUDIO_TOO_LARGE, or the signal's reason: nothing is read on for whoever has gone. */
export async function decoded(bytes: Uint8Array, hasFfmpeg: boolean, signal: AbortSignal): Promise<Pcm> {
  if (bytes.byteLength === 0) throw damaged('The file is empty.');
  const kind = kindOf(bytes);
  if (kind === undefined)
    throw new SpeechRefusal('UNSUPPORTED_FORMAT', 'The file is no recording of a kind that is known here.', {
      param: 'file',
    });
  const audio =
    (kind === 'wav' && linearWav(bytes)) ||
    (kind === 'mp3' ? await fromMp3(bytes, signal) : await byFfmpeg(bytes, kind, hasFfmpeg, signal));
  if (audio.data.byteLength === 0) throw damaged('There is no sound in the file.');
  if (durationMs(audio) > LONGEST_MS) throw tooLong();
  return audio.sampleRateHz === RATE_HZ ? audio : resampled(audio, RATE_HZ);
}

const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
/** By RFC 2361. */
const G711_LAWS: Readonly<Record<number, 'PCMA' | 'PCMU'>> = { 6: 'PCMA', 7: 'PCMU' };

/** Undefined for what only ffmpeg reads: rare encodings and rates. */
function linearWav(bytes: Uint8Array): Pcm | undefined {
  const wav = wavParts(bytes);
  if (!wav) throw damaged('A WAV file without sound.');
  const { format, channels, bits, samples, sampleRateHz } = wav;
  if (channels === 0) throw damaged('A WAV file without channels.');
  // As nearly every client sends it.
  const isPlain = format === FORMAT_PCM && bits === 16 && channels === 1;
  if (isPlain && SAMPLE_RATES_HZ.includes(sampleRateHz))
    return { sampleRateHz, data: samples.subarray(0, samples.byteLength - (samples.byteLength % 2)) };
  const read = readerOf(format, bits, samples);
  if (!read || !SAMPLE_RATES_HZ.includes(sampleRateHz)) return undefined;
  const frames = Math.floor(samples.byteLength / (bits / 8) / channels);
  const mixed = new Int16Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += read(frame * channels + channel);
    mixed[frame] = Math.round(sum / channels);
  }
  return fromSamples(mixed, sampleRateHz);
}

/** The sample of this number, as one of 16 bits. */
function readerOf(
  format: number,
  bits: number,
  samples: Uint8Array,
): ((index: number) => number) | undefined {
  const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
  const law = G711_LAWS[format];
  if (law && bits === 8) {
    const linear = toSamples(decodeG711(samples, law));
    return (index) => linear[index] ?? 0;
  }
  if (format === FORMAT_FLOAT && bits === 32)
    return (index) => clipped(view.getFloat32(index * 4, true) * 32_768);
  if (format !== FORMAT_PCM) return undefined;
  if (bits === 16) return (index) => view.getInt16(index * 2, true);
  if (bits === 8) return (index) => (view.getUint8(index) - 128) * 256;
  if (bits === 24) return (index) => view.getInt16(index * 3 + 1, true);
  return bits === 32 ? (index) => view.getInt16(index * 4 + 2, true) : undefined;
}

const clipped = (sample: number) => Math.max(-32_768, Math.min(32_767, sample));

/** Decoded in one go, bytes: half a minute of speech. */
const STEP_BYTES = 256 * 1024;

async function fromMp3(bytes: Uint8Array, signal: AbortSignal): Promise<Pcm> {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    const pieces: Uint8Array[] = [];
    let rateHz = 0;
    let samples = 0;
    for (let at = 0; at < bytes.byteLength; at += STEP_BYTES) {
      const { channelData, samplesDecoded, sampleRate } = decoder.decode(bytes.subarray(at, at + STEP_BYTES));
      if (samplesDecoded === 0) continue;
      rateHz ||= sampleRate;
      if (sampleRate !== rateHz) throw damaged('The recording changes its rate.');
      samples += samplesDecoded;
      if (samples > (LONGEST_MS / 1000) * rateHz) throw tooLong();
      pieces.push(fromSamples(mixedDown(channelData, samplesDecoded), sampleRate).data);
      // Others are served in between.
      await new Promise(setImmediate);
      signal.throwIfAborted();
    }
    if (pieces.length === 0) throw damaged('The MP3 file cannot be read.');
    const pcm = { sampleRateHz: rateHz, data: concatBytes(pieces) };
    if (SAMPLE_RATES_HZ.includes(rateHz)) return pcm;
    throw new SpeechRefusal('UNSUPPORTED_FORMAT', `The recording is at ${rateHz} Hz.`, { param: 'file' });
  } finally {
    decoder.free();
  }
}

function mixedDown(channels: readonly Float32Array[], length: number): Int16Array {
  const mixed = new Int16Array(length);
  for (let at = 0; at < length; at++) {
    const sum = channels.reduce((total, channel) => total + (channel[at] ?? 0), 0);
    mixed[at] = clipped((sum / channels.length) * 32_768);
  }
  return mixed;
}

/** Opus at 6 kbit/s becomes 43 times as large; a file of 32 kB that claims a rate of 1 Hz would become 460 MB. */
const MOST_PER_BYTE = 256;
/** Silence hardly takes any bytes: five minutes of it are anybody's. */
const LEAST_ALLOWED_BYTES = 10_000_000;

async function byFfmpeg(
  bytes: Uint8Array,
  kind: AudioKind,
  hasFfmpeg: boolean,
  signal: AbortSignal,
): Promise<Pcm> {
  if (!hasFfmpeg)
    throw new SpeechRefusal(
      'UNSUPPORTED_FORMAT',
      `${kind} of this kind cannot be read here: ffmpeg is not installed.`,
      {
        param: 'file',
        details: { kind },
      },
    );
  const pieces: Uint8Array[] = [];
  const longestBytes = (LONGEST_MS / 1000) * RATE_HZ * 2;
  const mostBytes = Math.min(longestBytes, LEAST_ALLOWED_BYTES + bytes.byteLength * MOST_PER_BYTE);
  let length = 0;
  try {
    const after = ['-vn', '-f', 's16le', '-ar', String(RATE_HZ), '-ac', '1'];
    for await (const piece of throughFfmpeg([bytes], { before: [], after, signal })) {
      pieces.push(piece);
      length += piece.byteLength;
      if (length > longestBytes) throw tooLong();
      if (length > mostBytes) throw damaged(`The ${kind} file claims to last longer than so few bytes can.`);
    }
  } catch (error) {
    if (isParleyError(error, 'AUDIO_INVALID')) throw damaged(`The ${kind} file cannot be read.`);
    throw error;
  }
  const data = concatBytes(pieces);
  return { sampleRateHz: RATE_HZ, data: data.subarray(0, data.byteLength - (data.byteLength % 2)) };
}

const tooLong = () =>
  new SpeechRefusal('AUDIO_TOO_LARGE', 'The recording lasts longer than four hours.', { param: 'file' });

const damaged = (what: string) => new SpeechRefusal('AUDIO_PROCESSING_ERROR', what, { param: 'file' });
