/**
 * An utterance's audio on its way to be recognised. What a recognizer is sent costs by the message: frames are gathered, three and more to a
 * message, while it makes no difference when they come. Its last word does: whoever takes this says when all must go out.
 */
import { AsyncQueue } from '../../base/async.ts';

export class GatheredAudio implements AsyncIterable<Uint8Array> {
  readonly #queue = new AsyncQueue<Uint8Array>();
  readonly #gathered: Uint8Array;
  #gatheredBytes = 0;

  constructor(pieceBytes: number) {
    this.#gathered = new Uint8Array(pieceBytes);
  }

  /** Copied, or sent on at once where it fills a piece by itself. */
  push(audio: Uint8Array): void {
    if (this.#gatheredBytes + audio.byteLength > this.#gathered.byteLength) this.flush();
    if (audio.byteLength >= this.#gathered.byteLength) return this.#queue.push(audio);
    this.#gathered.set(audio, this.#gatheredBytes);
    this.#gatheredBytes += audio.byteLength;
    if (this.#gatheredBytes === this.#gathered.byteLength) this.flush();
  }

  /** Sends on what there is. */
  flush(): void {
    if (this.#gatheredBytes === 0) return;
    this.#queue.push(this.#gathered.slice(0, this.#gatheredBytes));
    this.#gatheredBytes = 0;
  }

  /** That was all. Idempotent. */
  end(): void {
    this.flush();
    this.#queue.end();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#queue[Symbol.asyncIterator]();
  }
}
