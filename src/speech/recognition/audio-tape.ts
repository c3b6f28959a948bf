/** Records the audio of one utterance while it arrives, so that whoever has to start again can read it again. */
import { deferred } from '../../base/async.ts';
import { BLOCK_BYTES, giveBack, takeBlock } from './tape-blocks.ts';

/** What can be read again. */
export interface Tape {
  /**
   * Everything from `fromByte` on, then what is still to come, in pieces as large as there is. Throws what the source threw, and the
   * signal's reason as soon as it aborts.
   */
  read(fromByte: number, signal: AbortSignal): AsyncGenerator<Uint8Array>;
  /** This reader will not read what is before `byte` again. */
  forget(byte: number): void;
  /** This reader is done. */
  close(): void;
}

/** The tape that this audio is lent from, or a new one that records it: two would keep each utterance twice. */
export function tapeOf(audio: AsyncIterable<Uint8Array>): Tape {
  return audio instanceof LentTape ? audio : new AudioTape(audio);
}

/** A tape for one who hears it once, and need not record it to hear it again. Whoever lends it keeps all of it, and closes it. */
class LentTape implements Tape, AsyncIterable<Uint8Array> {
  readonly #tape: AudioTape;
  readonly #signal: AbortSignal;

  constructor(tape: AudioTape, signal: AbortSignal) {
    this.#tape = tape;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    return this.read(0, this.#signal);
  }

  read(fromByte: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    return this.#tape.read(fromByte, signal);
  }

  forget(): void {
    // The next who hears it hears it from its beginning.
  }

  close(): void {
    // It is not this reader's.
  }
}

export class AudioTape implements Tape {
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

  /** To be heard from its beginning, until the signal aborts. */
  lend(signal: AbortSignal): AsyncIterable<Uint8Array> {
    return new LentTape(this, signal);
  }

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
          // A copy: the block may be another utterance's before a provider has taken all it was given.
          yield Buffer.from(rest);
        } else if (this.#end) {
          if ('error' in this.#end) throw this.#end.error;
          return;
        } else await this.#changed.promise;
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  forget(byte: number): void {
    const whole = Math.floor(Math.min(byte, this.#byteLength) / BLOCK_BYTES);
    const forgotten = this.#blocks.splice(0, whole - this.#forgottenBlocks);
    this.#forgottenBlocks += forgotten.length;
    giveBack(forgotten);
  }

  /** Lets go of the source, and of what was recorded: whoever still reads is at the end. */
  close(): void {
    this.#finish({});
    giveBack(this.#blocks.splice(0));
    this.#byteLength = 0;
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
      if (at === 0) this.#blocks.push(takeBlock());
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
