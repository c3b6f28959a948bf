import type { Clock } from '../../base/clock.ts';
import { isParleyError } from '../../base/errors.ts';
import type { RecognitionEvent, RecognitionRequest, Recognizer } from './recognizer.ts';

/** So many failures in a row, none of them old, are no accident: a bad utterance or a lost packet fails once. */
const FAILURES = 3;

/** A failure counts for so long, ms: who is thought ill and therefore not asked must be thought well again by itself. */
const WINDOW_MS = 60_000;

/** Knows whether the recognizer inside has failed at all that it was asked of late. */
export class WatchedRecognizer implements Recognizer {
  readonly name: string;
  readonly #inner: Recognizer;
  readonly #clock: Clock;
  readonly #onRequest: () => void;
  /** When, since the last success; no more than are counted. */
  #failedAtMs: readonly number[] = [];

  /** `onRequest` is told of each request: a provider grants so many a second. */
  constructor(inner: Recognizer, clock: Clock, onRequest: () => void = () => undefined) {
    this.name = inner.name;
    this.#inner = inner;
    this.#clock = clock;
    this.#onRequest = onRequest;
  }

  /** At least three requests of the last minute failed, and none has succeeded since. Over after a minute, or with the next success. */
  get isFailing(): boolean {
    const sinceMs = this.#clock.nowMs() - WINDOW_MS;
    return this.#failedAtMs.filter((atMs) => atMs > sinceMs).length >= FAILURES;
  }

  async *recognize(
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncIterable<RecognitionEvent> {
    this.#onRequest();
    try {
      yield* this.#inner.recognize(audio, request, signal);
      this.#failedAtMs = [];
    } catch (error) {
      if (isItsFault(error, signal))
        this.#failedAtMs = [...this.#failedAtMs, this.#clock.nowMs()].slice(-FAILURES);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

/** Whoever loses patience aborts with ASR_TIMEOUT; any other abort is the caller's own wish. */
function isItsFault(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted ? isParleyError(signal.reason, 'ASR_TIMEOUT') : isParleyError(error);
}
