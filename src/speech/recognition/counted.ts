import type { RecognitionEvent, RecognitionRequest, Recognizer } from './recognizer.ts';

/** Tells of every request that goes to the one inside: a provider grants so many a second. */
export class CountedRecognizer implements Recognizer {
  readonly name: string;
  readonly #inner: Recognizer;
  readonly #onRequest: () => void;

  constructor(inner: Recognizer, onRequest: () => void) {
    this.name = inner.name;
    this.#inner = inner;
    this.#onRequest = onRequest;
  }

  recognize(
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncIterable<RecognitionEvent> {
    this.#onRequest();
    return this.#inner.recognize(audio, request, signal);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
