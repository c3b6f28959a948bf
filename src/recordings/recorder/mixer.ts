/**
 * The two sides of a call in one file, the caller on the left and the bot on the right: block by block, so that no call waits for another
 * one's mix.
 */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { BYTES_PER_SAMPLE } from '../../audio/pcm.ts';
import { WAV_HEADER_BYTES, interleaved, wavHeader } from '../../audio/wav.ts';

/** Of one side, at once: 16 s at 16 kHz, half a millisecond of work. Each block costs three visits to the file system. */
const BLOCK_SAMPLES = 256 * 1024;
const BLOCK_BYTES = BLOCK_SAMPLES * BYTES_PER_SAMPLE;

export interface MixOptions {
  readonly left: string;
  readonly right: string;
  readonly to: string;
  /** Of both. */
  readonly sampleRateHz: number;
}

/** Mixes one call at a time: whoever owns it waits for one before the next. */
export class Mixer {
  readonly #rooms = [new Int16Array(BLOCK_SAMPLES), new Int16Array(BLOCK_SAMPLES)] as const;
  readonly #mixRoom = new Int32Array(BLOCK_SAMPLES);

  /** Both files as `wavHeader` begins them. Throws what the file system does. */
  async mix({ left, right, to, sampleRateHz }: MixOptions): Promise<void> {
    const files: FileHandle[] = [];
    const opened = async (path: string, flags: string) => {
      const file = await open(path, flags, 0o600);
      files.push(file);
      return file;
    };
    try {
      const sides = [await opened(left, 'r'), await opened(right, 'r')] as const;
      await this.#mixInto(await opened(to, 'wx'), sides, sampleRateHz);
    } finally {
      await Promise.all(files.map((file) => file.close()));
    }
  }

  async #mixInto(mix: FileHandle, [left, right]: readonly [FileHandle, FileHandle], sampleRateHz: number) {
    const [leftRoom, rightRoom] = this.#rooms;
    let at = WAV_HEADER_BYTES;
    for (let from = WAV_HEADER_BYTES; ; from += BLOCK_BYTES) {
      const [one, other] = await Promise.all([
        blockOf(left, from, leftRoom),
        blockOf(right, from, rightRoom),
      ]);
      if (one.length === 0 && other.length === 0) break;
      const both = interleaved(one, other, this.#mixRoom);
      await mix.write(both, 0, both.byteLength, at);
      at += both.byteLength;
      if (one.length < BLOCK_SAMPLES && other.length < BLOCK_SAMPLES) break;
    }
    await mix.write(wavHeader(at - WAV_HEADER_BYTES, sampleRateHz, 2), 0, undefined, 0);
  }
}

async function blockOf(file: FileHandle, from: number, room: Int16Array): Promise<Int16Array> {
  const { bytesRead } = await file.read(room, 0, BLOCK_BYTES, from);
  return room.subarray(0, Math.floor(bytesRead / BYTES_PER_SAMPLE));
}
