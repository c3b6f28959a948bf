import type { Clock } from '../../base/clock.ts';
import { FailureWatch } from '../../base/failure-watch.ts';
import { recognitionFault } from './fault.ts';
import type {
  RecognitionCapabilities,
  RecognitionEvent,
  RecognitionRequest,
  Recognizer,
} from './recognizer.ts';

/** Knows whether the recognizer inside has failed at all that it was asked of late. */
export class WatchedRecognizer implements Recognizer {
  readonly name: string;
  readonly capabilities: RecognitionCapabilities | undefined;
  readonly #inner: Recognizer;
  readonly #watch: FailureWatch;
  readonly #onRequest: () => void;

  /** `onRequest` is told of each request: a provider grants so many a second. */
  constructor(inner: Recognizer, clock: Clock, onRequest: () => void = () => undefined) {
    this.name = inner.name;
    this.capabilities = inner.capabilities;
    this.#inner = inner;
    this.#watch = new FailureWatch(clock);
    this.#onRequest = onRequest;
  }

  /** It refuses the credentials, or has failed again and again. Over after a minute, or with the next success. */
  get isFailing(): boolean {
    return this.#watch.isFailing;
  }

  /** It does not accept the credentials. */
  get isRefused(): boolean {
    return this.#watch.isRefused;
  }

  async *recognize(
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncIterable<RecognitionEvent> {
    this.#onRequest();
    try {
      yield* this.#inner.recognize(audio, request, signal);
      this.#watch.succeeded();
    } catch (error) {
      if (recognitionFault(error, signal) !== 'none') this.#watch.failed(error);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
