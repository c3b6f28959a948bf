/** Recordings as programs write them, and as whoever wishes ill does. */
import { describe, expect, it } from 'vitest';
import { concatBytes, toSamples } from '../../audio/pcm.ts';
import { tone } from '../../audio/tone.ts';
import { encodeWav } from '../../audio/wav.ts';
import { decoded } from './decoded.ts';

const NOBODY_LEAVES = new AbortController().signal;
const TONE = tone(300, 100, 16_000);
const SAMPLES = toSamples(TONE);
const WAV = encodeWav(TONE);

const read = (bytes: Uint8Array) => decoded(bytes, false, NOBODY_LEAVES);

/** The end of the GUID of every format that has a number: RFC 2361. */
const NUMBERED = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/** As ffmpeg and sox write more than 16 bits: a format of which only the end tells what it is. */
function extensible(format: number, bits: number, channels: number, data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(68);
  header.write('RIFF');
  header.writeUInt32LE(60 + data.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(40, 16);
  header.writeUInt16LE(0xfffe, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(16_000, 24);
  header.writeUInt32LE((16_000 * bits * channels) / 8, 28);
  header.writeUInt16LE((bits * channels) / 8, 32);
  header.writeUInt16LE(bits, 34);
  header.writeUInt16LE(22, 36);
  header.writeUInt16LE(bits, 38);
  header.writeUInt16LE(format, 44);
  header.set(NUMBERED, 46);
  header.write('data', 60);
  header.writeUInt32LE(data.byteLength, 64);
  return concatBytes([header, data]);
}

/** Each sample in both channels. */
function inStereo(bytes: number, write: (buffer: Buffer, sample: number, at: number) => void): Buffer {
  const buffer = Buffer.alloc(SAMPLES.length * 2 * bytes);
  SAMPLES.forEach((sample, index) => {
    for (const channel of [0, 1]) write(buffer, sample, (index * 2 + channel) * bytes);
  });
  return buffer;
}

describe('a WAV file that tells only at its end what it is', () => {
  it.each([
    ['24 bits', 1, 24, inStereo(3, (buffer, sample, at) => void buffer.writeInt16LE(sample, at + 1))],
    ['32 bits', 1, 32, inStereo(4, (buffer, sample, at) => void buffer.writeInt16LE(sample, at + 2))],
    [
      'floating points',
      3,
      32,
      inStereo(4, (buffer, sample, at) => void buffer.writeFloatLE(sample / 32_768, at)),
    ],
  ])('is heard as what it sounds like, of %s', async (_, format, bits, data) => {
    const pcm = await read(extensible(format, bits, 2, data));
    expect(pcm.sampleRateHz).toBe(16_000);
    expect([...toSamples(pcm)]).toEqual([...SAMPLES]);
  });
});

/** The same file with other bytes at this place. */
function changed(at: number, ...bytes: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(WAV);
  copy.set(bytes, at);
  return copy;
}

const UNKNOWN = [255, 255, 255, 255];

describe('a WAV file that lies', () => {
  it.each([
    ['about the length of its samples', changed(40, ...UNKNOWN)],
    ['about that, as whoever never came back to fill it in', changed(40, 0, 0, 0, 0)],
    ['about its own length', changed(4, ...UNKNOWN)],
  ])('%s is heard whole', async (_, bytes) => {
    expect([...toSamples(await read(bytes))]).toEqual([...SAMPLES]);
  });

  it.each([
    ['has no channels', changed(22, 0, 0), 'AUDIO_PROCESSING_ERROR'],
    ['has more channels than samples', changed(22, 255, 255), 'AUDIO_PROCESSING_ERROR'],
    ['has a format beyond its end', changed(16, ...UNKNOWN), 'AUDIO_PROCESSING_ERROR'],
    ['ends in its header', WAV.subarray(0, 30), 'AUDIO_PROCESSING_ERROR'],
    ['has half a sample', WAV.subarray(0, 45), 'AUDIO_PROCESSING_ERROR'],
    ['has no rate', changed(24, 0, 0, 0, 0), 'UNSUPPORTED_FORMAT'],
    ['has samples of no bits', changed(34, 0, 0), 'UNSUPPORTED_FORMAT'],
  ])('and %s is refused', async (_, bytes, code) => {
    await expect(read(bytes)).rejects.toMatchObject({ code });
  });
});

describe('what is hardly a file', () => {
  it.each([
    ['nothing', [], 'AUDIO_PROCESSING_ERROR'],
    ['one byte', [0xff], 'UNSUPPORTED_FORMAT'],
    ['the beginning of an MP3 frame', [0xff, 0xfb], 'AUDIO_PROCESSING_ERROR'],
    [
      'the title of a song without the song',
      [...Buffer.from('ID3\x04\0\0\0\0\0\0')],
      'AUDIO_PROCESSING_ERROR',
    ],
    [
      'a title that claims to be longer than the file',
      [...Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f', 'latin1'), ...Buffer.alloc(2000)],
      'AUDIO_PROCESSING_ERROR',
    ],
  ])('%s is refused', async (_, bytes, code) => {
    await expect(read(Uint8Array.from(bytes))).rejects.toMatchObject({ code });
  });
});
