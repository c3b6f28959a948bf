/** Records the audio of one utterance while it arrives, so that whoever has to start again can read it again. */
import { deferred } from '../base/async.ts';

interface Piece {
  readonly startByte: number;
  readonly bytes: Uint8Array;
}

export class AudioTape {
  /** Resolves when the source has ended or failed. Never rejects: readers are told. */
  readonly ended: Promise<void>;
  readonly #source: AsyncIterator<Uint8Array>;
  #pieces: Piece[] = [];
  #byteLength = 0;
  #end: { readonly error?: unknown } | undefined;
  #changed = deferred();

  /** Begins to record at once. */
  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
    this.ended = this.#record();
  }

  /**
   * Everything from `fromByte` on, then what is still to come. Pieces are not copied. Throws what the source threw, and the signal's
   * reason as soon as it aborts.
   */
  async *read(fromByte: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    // One listener for all the pieces: they are many.
    const wake = () => this.#tell();
    signal.addEventListener('abort', wake, { once: true });
    try {
      for (let at = fromByte; ;) {
        signal.throwIfAborted();
        const rest = this.#restOfPiece(at);
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
    const kept = this.#pieces.findIndex(({ startByte, bytes }) => startByte + bytes.byteLength > byte);
    this.#pieces = kept < 0 ? [] : this.#pieces.slice(kept);
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
        if (next.value.byteLength > 0) this.#pieces.push({ startByte: this.#byteLength, bytes: next.value });
        this.#byteLength += next.value.byteLength;
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

  /** Searched from the end: a reader that keeps up finds its place at once. */
  #restOfPiece(at: number): Uint8Array | undefined {
    const piece = this.#pieces.findLast(({ startByte }) => startByte <= at);
    const rest = piece?.bytes.subarray(at - piece.startByte);
    return rest && rest.byteLength > 0 ? rest : undefined;
  }
}

const ignore = () => undefined;
