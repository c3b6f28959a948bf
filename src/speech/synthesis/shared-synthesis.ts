import { deferred, unlessAborted } from '../../base/async.ts';
import { untilAborted } from '../../base/abort.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer } from './synthesizer.ts';

export interface SharedSynthesisObserver {
  /** The speech is whole. */
  onWhole(pieces: readonly SpeechPiece[]): void;
  /** Nobody may join any more: it is whole, has failed, or was given up. Called once. */
  onEnd(): void;
}

/**
 * One synthesis with any number of listeners. It begins with the first, each hears it from the
 * beginning as it arrives, and it is given up when the last has left. It reads ahead of its listeners: a text is short, and one slow listener must not hold up others.
 */
export class SharedSynthesis {
  readonly #controller = new AbortController();
  readonly #pieces: SpeechPiece[] = [];
  readonly #inner: Synthesizer;
  readonly #request: SpeechRequest;
  readonly #observer: SharedSynthesisObserver;
  #begun = false;
  #listeners = 0;
  #end: { readonly error?: unknown } | undefined;
  #news = deferred();

  constructor(inner: Synthesizer, request: SpeechRequest, observer: SharedSynthesisObserver) {
    this.#inner = inner;
    this.#request = request;
    this.#observer = observer;
  }

  /** Everything from the first piece on. Throws what the synthesis throws, or the signal's reason. */
  async *listen(signal: AbortSignal): AsyncIterable<SpeechPiece> {
    this.#listeners++;
    if (!this.#begun) void this.#run();
    try {
      for (let next = 0; ; next++) {
        while (next >= this.#pieces.length && !this.#end) await unlessAborted(this.#news.promise, signal);
        signal.throwIfAborted();
        const piece = this.#pieces[next];
        if (piece) yield piece;
        else if (this.#end && 'error' in this.#end) throw this.#end.error;
        else return;
      }
    } finally {
      this.#listeners--;
      if (this.#listeners === 0) this.abort(signal.reason);
    }
  }

  /** Gives it up for every listener; without effect once it has ended. */
  abort(reason: unknown): void {
    if (this.#end) return;
    this.#controller.abort(reason);
    this.#finish({ error: this.#controller.signal.reason });
  }

  async #run(): Promise<void> {
    this.#begun = true;
    const { signal } = this.#controller;
    try {
      for await (const piece of untilAborted(this.#inner.synthesize(this.#request, signal), signal)) {
        this.#pieces.push(piece);
        this.#tell();
      }
      if (!this.#end) this.#observer.onWhole(this.#pieces);
      this.#finish({});
    } catch (error) {
      this.#finish({ error });
    }
  }

  #finish(end: { readonly error?: unknown }): void {
    if (this.#end) return;
    this.#end = end;
    this.#observer.onEnd();
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = deferred();
  }
}
