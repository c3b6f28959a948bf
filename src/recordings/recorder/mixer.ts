/** The two sides of a call in one file, the caller on the left and the bot on the right. In the thread that writes: it waits for the disk. */
import { closeSync, openSync, readSync } from 'node:fs';
import { BYTES_PER_SAMPLE } from '../../audio/pcm.ts';
import { WAV_HEADER_BYTES, interleaved, wavHeader } from '../../audio/wav.ts';
import { writeWhole } from './write-whole.ts';

/** Of one side, at once: two seconds at 16 kHz, which a processor keeps close at hand. */
const BLOCK_SAMPLES = 32 * 1024;
const BLOCK_BYTES = BLOCK_SAMPLES * BYTES_PER_SAMPLE;

export interface MixOptions {
  readonly left: string;
  readonly right: string;
  /** Must not be there yet. */
  readonly to: string;
  /** Of both. */
  readonly sampleRateHz: number;
}

/** Both files as `wavHeader` begins them. Throws what the file system does. */
export function mixFiles({ left, right, to, sampleRateHz }: MixOptions): void {
  const files: number[] = [];
  const opened = (path: string, flags: string) => {
    const file = openSync(path, flags, 0o600);
    files.push(file);
    return file;
  };
  try {
    const sides = [opened(left, 'r'), opened(right, 'r')] as const;
    mixInto(opened(to, 'wx'), sides, sampleRateHz);
  } finally {
    for (const file of files) closeSync(file);
  }
}

function mixInto(mix: number, [left, right]: readonly [number, number], sampleRateHz: number): void {
  const [leftRoom, rightRoom] = [new Int16Array(BLOCK_SAMPLES), new Int16Array(BLOCK_SAMPLES)];
  const mixRoom = new Int32Array(BLOCK_SAMPLES);
  let at = WAV_HEADER_BYTES;
  for (let from = WAV_HEADER_BYTES; ; from += BLOCK_BYTES) {
    const [one, other] = [blockOf(left, from, leftRoom), blockOf(right, from, rightRoom)];
    const both = interleaved(one, other, mixRoom);
    writeWhole(mix, both, at);
    at += both.byteLength;
    if (one.length < BLOCK_SAMPLES && other.length < BLOCK_SAMPLES) break;
  }
  writeWhole(mix, wavHeader(at - WAV_HEADER_BYTES, sampleRateHz, 2), 0);
}

function blockOf(file: number, from: number, room: Int16Array): Int16Array {
  const bytes = readSync(file, room, 0, BLOCK_BYTES, from);
  return room.subarray(0, Math.floor(bytes / BYTES_PER_SAMPLE));
}
