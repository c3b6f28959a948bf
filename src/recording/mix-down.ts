/** The two sides of a call in one file, the caller on the left and the bot on the right: block by block, so that nobody waits for it. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { BYTES_PER_SAMPLE } from '../audio/pcm.ts';
import { WAV_HEADER_BYTES, interleaved, wavHeader } from '../audio/wav.ts';

/** Of one side, at once: some tenths of a millisecond of work. */
const BLOCK_SAMPLES = 32 * 1024;
const BLOCK_BYTES = BLOCK_SAMPLES * BYTES_PER_SAMPLE;

export interface MixOptions {
  readonly left: string;
  readonly right: string;
  readonly to: string;
  /** Of both. */
  readonly sampleRateHz: number;
}

/** Both files as `wavHeader` begins them. Throws what the file system does. */
export async function mixDown({ left, right, to, sampleRateHz }: MixOptions): Promise<void> {
  const files: FileHandle[] = [];
  const opened = async (path: string, flags: string) => {
    const file = await open(path, flags, 0o600);
    files.push(file);
    return file;
  };
  try {
    const caller = await opened(left, 'r');
    const bot = await opened(right, 'r');
    const mix = await opened(to, 'wx');
    const room = [new Int16Array(BLOCK_SAMPLES), new Int16Array(BLOCK_SAMPLES)] as const;
    const mixRoom = new Int32Array(BLOCK_SAMPLES);
    let at = WAV_HEADER_BYTES;
    for (let from = WAV_HEADER_BYTES; ; from += BLOCK_BYTES) {
      const [one, other] = await Promise.all([blockOf(caller, from, room[0]), blockOf(bot, from, room[1])]);
      const both = interleaved(one, other, mixRoom);
      if (both.byteLength === 0) break;
      await mix.write(both, 0, both.byteLength, at);
      at += both.byteLength;
    }
    await mix.write(wavHeader(at - WAV_HEADER_BYTES, sampleRateHz, 2), 0, undefined, 0);
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

async function blockOf(file: FileHandle, from: number, room: Int16Array): Promise<Int16Array> {
  const { bytesRead } = await file.read(room, 0, BLOCK_BYTES, from);
  return room.subarray(0, Math.floor(bytesRead / BYTES_PER_SAMPLE));
}
