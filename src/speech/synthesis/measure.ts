import type { Clock } from '../../base/clock.ts';
import { errorCode, type ErrorCode } from '../../base/errors.ts';
import { withOutcome, type Outcome } from './outcome.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer } from './synthesizer.ts';

/** One synthesis, as it went. */
export interface SynthesisMeasure {
  /** The measured synthesizer. */
  readonly name: string;
  readonly outcome: Outcome;
  /** From the request to the first audio; nothing if there was none. */
  readonly firstAudioMs: number | undefined;
  /** From the request to the end, a slow reader's pauses included. */
  readonly totalMs: number;
  readonly characters: number;
  readonly audioBytes: number;
  /** Why it failed or was rejected. */
  readonly code: ErrorCode | undefined;
}

/** Reports every synthesis of the one inside, once, when it has ended. */
export class MeasuredSynthesizer implements Synthesizer {
  readonly name: string;
  readonly #inner: Synthesizer;
  readonly #clock: Clock;
  readonly #onMeasure: (measure: SynthesisMeasure) => void;

  constructor(inner: Synthesizer, clock: Clock, onMeasure: (measure: SynthesisMeasure) => void) {
    this.name = inner.name;
    this.#inner = inner;
    this.#clock = clock;
    this.#onMeasure = onMeasure;
  }

  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    const startedMs = this.#clock.nowMs();
    let firstAudioMs: number | undefined;
    let audioBytes = 0;
    const report = (outcome: Outcome, error?: unknown) =>
      this.#onMeasure({
        name: this.name,
        outcome,
        firstAudioMs,
        totalMs: this.#clock.nowMs() - startedMs,
        characters: request.text.length,
        audioBytes,
        code: outcome === 'failed' || outcome === 'rejected' ? errorCode(error) : undefined,
      });
    for await (const piece of withOutcome(this.#inner.synthesize(request, signal), signal, report)) {
      if (piece.pcm.byteLength > 0) firstAudioMs ??= this.#clock.nowMs() - startedMs;
      audioBytes += piece.pcm.byteLength;
      yield piece;
    }
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
