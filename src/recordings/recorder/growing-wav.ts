/** A WAV file that grows while a call lasts. In the thread that writes: it waits for the disk. */
import { closeSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { WAV_HEADER_BYTES, wavHeader } from '../../audio/wav.ts';
import type { GrowingSound } from './sound-track.ts';
import { writeWhole } from './write-whole.ts';

export class GrowingWav implements GrowingSound {
  readonly #file: number | undefined;
  #bytes = 0;
  /** Nothing of it was written: where a file has a hole, it is silent. */
  #isSilentAtTheEnd = false;
  #failure: { readonly error: unknown } | undefined;

  /** The file must not be there yet; its directory is made. What goes wrong, here or later, `finish` throws. */
  constructor(path: string) {
    this.#file = this.#unharmed(() => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      return openSync(path, 'wx', 0o600);
    });
  }

  append(pcm: Uint8Array): void {
    this.#unharmed((file) => writeWhole(file, pcm, WAV_HEADER_BYTES + this.#bytes));
    this.#bytes += pcm.byteLength;
    if (pcm.byteLength > 0) this.#isSilentAtTheEnd = false;
  }

  skip(bytes: number): void {
    this.#bytes += bytes;
    if (bytes > 0) this.#isSilentAtTheEnd = true;
  }

  /** The file is whole then, or this throws what has kept it from being so; it is closed in either case. */
  finish(sampleRateHz: number): void {
    this.#unharmed((file) => {
      // The first block has come behind the header, which tells the length.
      writeWhole(file, wavHeader(this.#bytes, sampleRateHz), 0);
      if (this.#isSilentAtTheEnd) ftruncateSync(file, WAV_HEADER_BYTES + this.#bytes);
    });
    this.close();
    if (this.#failure) throw this.#failure.error;
  }

  /** To be called once, by `finish` or instead of it. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #unharmed<Result>(work: (file: number) => Result): Result | undefined {
    if (this.#failure) return undefined;
    try {
      return work(this.#file ?? NaN);
    } catch (error) {
      this.#failure = { error };
      return undefined;
    }
  }
}
