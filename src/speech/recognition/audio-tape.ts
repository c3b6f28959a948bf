/** Records the audio of one utterance while it arrives, so that whoever has to start again can read it again. */
import { deferred } from '../../base/async.ts';

/** Half a second at 16 kHz. Frames that were kept one by one would each outlive the collector's youth. */
const BLOCK_BYTES = 16_000;

export class AudioTape {
  /** Resolves when the source has ended or failed. Never rejects: readers are told. */
  readonly ended: Promise<void>;
  readonly #source: AsyncIterator<Uint8Array>;
  /** Full but for the last. */
  #blocks: Uint8Array[] = [];
  #forgottenBlocks = 0;
  #byteLength = 0;
  #end: { readonly error?: unknown } | undefined;
  #changed = deferred();

  /** Begins to record at once. */
  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
    this.ended = this.#record();
  }

  /**
   * Everything from `fromByte` on, then what is still to come, in pieces as large as there is. Throws what the source threw, and the
   * signal's reason as soon as it aborts.
   */
  async *read(fromByte: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    // One listener for all the pieces: they are many.
    const wake = () => this.#tell();
    signal.addEventListener('abort', wake, { once: true });
    try {
      for (let at = fromByte; ;) {
        signal.throwIfAborted();
        const rest = this.#restOfBlock(at);
        if (rest) {
          at += rest.byteLength;
          yield rest;
        } else if (this.#end) {
          if ('error' in this.#end) throw this.#end.error;
          return;
        } else await this.#changed.promise;
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /** Nobody will read what is before `byte` again. */
  forget(byte: number): void {
    const whole = Math.floor(Math.min(byte, this.#byteLength) / BLOCK_BYTES);
    this.#forgottenBlocks += this.#blocks.splice(0, whole - this.#forgottenBlocks).length;
  }

  /** Lets go of the source. Readers are at the end when they have read what there is. */
  close(): void {
    this.#finish({});
    // Not waited for: a source may hang for ever, and what it throws now concerns nobody.
    this.#source.return?.().then(ignore, ignore);
  }

  async #record(): Promise<void> {
    try {
      for (let next = await this.#source.next(); !next.done; next = await this.#source.next()) {
        if (this.#end) return;
        this.#append(next.value);
        this.#tell();
      }
      this.#finish({});
    } catch (error) {
      this.#finish({ error });
    }
  }

  #finish(end: { readonly error?: unknown }): void {
    this.#end ??= end;
    this.#tell();
  }

  #tell(): void {
    const changed = this.#changed;
    this.#changed = deferred();
    changed.resolve();
  }

  #append(piece: Uint8Array): void {
    for (let from = 0; from < piece.byteLength;) {
      const at = this.#byteLength % BLOCK_BYTES;
      if (at === 0) this.#blocks.push(new Uint8Array(BLOCK_BYTES));
      const part = piece.subarray(from, from + BLOCK_BYTES - at);
      this.#blocks.at(-1)?.set(part, at);
      this.#byteLength += part.byteLength;
      from += part.byteLength;
    }
  }

  #restOfBlock(at: number): Uint8Array | undefined {
    if (at >= this.#byteLength) return undefined;
    const number = Math.floor(at / BLOCK_BYTES);
    const start = number * BLOCK_BYTES;
    return this.#blocks[number - this.#forgottenBlocks]?.subarray(at - start, this.#byteLength - start);
  }
}

const ignore = () => undefined;
