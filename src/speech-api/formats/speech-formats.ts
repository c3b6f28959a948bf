/** The formats that speech is given in. */
import { WAV_HEADER_BYTES, wavHeader } from '../../audio/wav.ts';
import { SpeechRefusal } from '../refusal.ts';
import { throughFfmpeg } from './ffmpeg.ts';
import { mp3 } from './mp3.ts';
import type { PcmStream } from './pcm-stream.ts';

export const SPEECH_FORMATS = ['mp3', 'wav', 'pcm', 'opus', 'aac', 'flac'] as const;

export type SpeechFormat = (typeof SPEECH_FORMATS)[number];

/** `audio/L16` would be big-endian. */
export const CONTENT_TYPES: Readonly<Record<SpeechFormat, string>> = {
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
  opus: 'audio/ogg',
  aac: 'audio/aac',
  flac: 'audio/flac',
};

/** What ffmpeg is told to write. */
const BY_FFMPEG: Readonly<Partial<Record<SpeechFormat, readonly string[]>>> = {
  opus: ['-c:a', 'libopus', '-b:a', '32k', '-f', 'ogg'],
  aac: ['-c:a', 'aac', '-b:a', '64k', '-f', 'adts'],
  flac: ['-c:a', 'flac', '-f', 'flac'],
};

/** The formats that can be made here. */
export function formatsWith(hasFfmpeg: boolean): readonly SpeechFormat[] {
  return SPEECH_FORMATS.filter((format) => hasFfmpeg || !BY_FFMPEG[format]);
}

/** Throws UNSUPPORTED_FORMAT for one that needs a program that is not there. */
export function requireFormat(format: SpeechFormat, hasFfmpeg: boolean): void {
  if (formatsWith(hasFfmpeg).includes(format)) return;
  throw new SpeechRefusal('UNSUPPORTED_FORMAT', `${format} cannot be made here: ffmpeg is not installed.`, {
    param: 'format',
    details: { formats: formatsWith(hasFfmpeg) },
  });
}

/** Its length is not known when it begins; players read to the end then, as they do of what ffmpeg writes into a pipe. */
const UNKNOWN_LENGTH = 0xffff_ffff;
/** Where RIFF's and data's sizes stand in the canonical header. */
const SIZES_AT = [4, 40];

/** The speech in this format, while it arrives. Throws what the source throws. */
export function encoded(format: SpeechFormat, pcm: PcmStream): AsyncIterable<Uint8Array> {
  const after = BY_FFMPEG[format];
  if (after)
    return throughFfmpeg(pcm.pieces, {
      before: ['-f', 's16le', '-ar', String(pcm.sampleRateHz), '-ac', '1'],
      after,
    });
  if (format === 'mp3') return mp3(pcm);
  return format === 'wav' ? endlessWav(pcm) : pcm.pieces;
}

/** The sizes in a WAV file's header as they are now that it is whole; other formats have none. Writes into the first bytes. */
export function withSizes(format: SpeechFormat, whole: Uint8Array, sampleRateHz: number): Uint8Array {
  if (format === 'wav') whole.set(wavHeader(whole.byteLength - WAV_HEADER_BYTES, sampleRateHz));
  return whole;
}

async function* endlessWav({ sampleRateHz, pieces }: PcmStream): AsyncGenerator<Uint8Array> {
  const header = wavHeader(0, sampleRateHz).slice();
  const view = new DataView(header.buffer, header.byteOffset);
  for (const at of SIZES_AT) view.setUint32(at, UNKNOWN_LENGTH, true);
  yield header;
  yield* pieces;
}
