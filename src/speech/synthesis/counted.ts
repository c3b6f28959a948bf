import type { SpeechPiece, SpeechRequest, Synthesizer } from './synthesizer.ts';

/** Tells of every request that goes to the one inside: a provider grants so many a second. */
export class CountedSynthesizer implements Synthesizer {
  readonly name: string;
  readonly #inner: Synthesizer;
  readonly #onRequest: () => void;

  constructor(inner: Synthesizer, onRequest: () => void) {
    this.name = inner.name;
    this.#inner = inner;
    this.#onRequest = onRequest;
  }

  synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    this.#onRequest();
    return this.#inner.synthesize(request, signal);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
