/**
 * A WAV file that grows while a call lasts. Whoever hands it audio never waits: blocks are written one behind another, and what waits to
 * be written is counted in a backlog that all calls share.
 */
import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WAV_HEADER_BYTES, wavHeader } from '../../audio/wav.ts';

/** So much is written at once, bytes: two seconds of 16 kHz. */
const BLOCK_BYTES = 64 * 1024;

/** What all calls together have not yet written, and how much that may be. */
export interface Backlog {
  bytes: number;
  readonly maxBytes: number;
}

export class WavSpool {
  readonly #sampleRateHz: number;
  readonly #backlog: Backlog;
  readonly #file: Promise<FileHandle>;
  /** What comes is copied here at once: small pieces that are kept for seconds would be work for the garbage collector. */
  #block = new Uint8Array(BLOCK_BYTES);
  #filledBytes = 0;
  /** A block that has been written, to be filled again. */
  #spare: Uint8Array<ArrayBuffer> | undefined;
  #writtenBytes = 0;
  #work: Promise<void>;
  #failure: { readonly error: unknown } | undefined;

  /** The file must not be there yet; its directory is made. */
  constructor(path: string, options: { readonly sampleRateHz: number; readonly backlog: Backlog }) {
    this.#sampleRateHz = options.sampleRateHz;
    this.#backlog = options.backlog;
    this.#file = mkdir(dirname(path), { recursive: true, mode: 0o700 }).then(() => open(path, 'wx', 0o600));
    // The first block comes behind the header, which is written last.
    this.#work = this.#file.then(
      () => undefined,
      (error: unknown) => this.#fail(error),
    );
  }

  /** Takes PCM of the file's rate. */
  append(pcm: Uint8Array): void {
    if (this.#failure) return;
    if (this.#backlog.bytes + pcm.byteLength > this.#backlog.maxBytes)
      return this.#fail(new Error('the disk is slower than the calls'));
    this.#backlog.bytes += pcm.byteLength;
    for (let from = 0; from < pcm.byteLength;) {
      const part = pcm.subarray(from, from + BLOCK_BYTES - this.#filledBytes);
      this.#block.set(part, this.#filledBytes);
      this.#filledBytes += part.byteLength;
      from += part.byteLength;
      if (this.#filledBytes === BLOCK_BYTES) this.#flush();
    }
  }

  /** Resolves when the file is whole. Rejects with what kept it from being so; the file is closed then as well. */
  async finish(): Promise<void> {
    this.#flush();
    await this.#work;
    await this.#file.then((file) => this.#complete(file)).catch((error: unknown) => this.#fail(error));
    if (this.#failure) throw this.#failure.error;
  }

  async #complete(file: FileHandle): Promise<void> {
    try {
      if (!this.#failure)
        await file.write(wavHeader(this.#writtenBytes, this.#sampleRateHz), 0, undefined, 0);
    } finally {
      await file.close();
    }
  }

  #flush(): void {
    const block = this.#block;
    const bytes = this.#filledBytes;
    if (bytes === 0) return;
    this.#block = this.#spare ?? new Uint8Array(BLOCK_BYTES);
    this.#spare = undefined;
    this.#filledBytes = 0;
    this.#work = this.#work.then(async () => {
      await this.#write(block.subarray(0, bytes));
      this.#spare = block;
    });
  }

  async #write(block: Uint8Array): Promise<void> {
    try {
      const at = WAV_HEADER_BYTES + this.#writtenBytes;
      if (!this.#failure) await (await this.#file).write(block, 0, block.byteLength, at);
      this.#writtenBytes += block.byteLength;
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#backlog.bytes -= block.byteLength;
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#backlog.bytes -= this.#filledBytes;
    this.#filledBytes = 0;
  }
}
