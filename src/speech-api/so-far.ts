/** What of an answer is there already, so that it goes out in one piece. */
import { joinedBytes } from '../audio/pcm.ts';

/** All of it if it is there by the next turn of the event loop; or what is there, and the rest as it arrives. Throws what comes first. */
export async function soFar(
  audio: AsyncIterable<Uint8Array>,
): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  const iterator = audio[Symbol.asyncIterator]();
  const turn = new Promise<'later'>((resolve) => void setImmediate(() => resolve('later')));
  const pieces: Uint8Array[] = [];
  for (;;) {
    const next = iterator.next();
    const came = await Promise.race([next, turn]);
    if (came === 'later') return new Continued(pieces, next, iterator);
    if (came.done) return joinedBytes(pieces);
    pieces.push(came.value);
  }
}

/**
 * Not a generator, because a client may go away before anything is read of this: `return` of a generator that was never begun skips its
 * `finally`, the source would not be ended, and its ffmpeg would wait for ever for a reader.
 */
class Continued implements AsyncIterableIterator<Uint8Array> {
  readonly #read: IterableIterator<Uint8Array>;
  readonly #iterator: AsyncIterator<Uint8Array>;
  #coming: Promise<IteratorResult<Uint8Array>> | undefined;

  constructor(
    read: readonly Uint8Array[],
    coming: Promise<IteratorResult<Uint8Array>>,
    iterator: AsyncIterator<Uint8Array>,
  ) {
    this.#read = read.values();
    this.#coming = coming;
    this.#iterator = iterator;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const read = this.#read.next();
    if (read.done !== true) return read;
    const coming = this.#coming ?? this.#iterator.next();
    this.#coming = undefined;
    return coming;
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    await this.#iterator.return?.();
    return { value: undefined, done: true };
  }
}
