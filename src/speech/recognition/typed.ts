/** Recognises what was never spoken: somebody has typed it. Everything else goes to the recognizer inside. */
import type { RecognitionEvent, RecognitionRequest, Recognizer } from './recognizer.ts';

export class TypedRecognizer implements Recognizer {
  readonly name: string;
  readonly #inner: Recognizer;
  readonly #takeTyped: () => string | undefined;

  /** `takeTyped` gives the words of the utterance that begins now, if it is a typed one. */
  constructor(inner: Recognizer, takeTyped: () => string | undefined) {
    this.name = inner.name;
    this.#inner = inner;
    this.#takeTyped = takeTyped;
  }

  recognize(
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncIterable<RecognitionEvent> {
    const text = this.#takeTyped();
    return text === undefined ? this.#inner.recognize(audio, request, signal) : asRecognised(text);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

/** Whoever presses Enter has finished. */
async function* asRecognised(text: string): AsyncGenerator<RecognitionEvent> {
  yield { kind: 'final', text, typed: true };
  yield { kind: 'endOfUtterance' };
}
