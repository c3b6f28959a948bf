import { untilAborted } from '../../base/abort.ts';
import { Circuit, CIRCUIT_DEFAULTS } from '../../base/circuit.ts';
import type { CircuitSettings, CircuitState, Verdict } from '../../base/circuit.ts';
import type { Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { recognitionFault } from './fault.ts';
import type {
  RecognitionCapabilities,
  RecognitionEvent,
  RecognitionRequest,
  Recognizer,
} from './recognizer.ts';

export interface RecognizerBreakerOptions {
  readonly clock: Clock;
  readonly settings?: CircuitSettings;
  readonly onChange?: (change: {
    readonly name: string;
    readonly from: CircuitState;
    readonly to: CircuitState;
  }) => void;
}

/**
 * Spares the caller the wait for a recognizer that keeps failing: while its circuit is open, every request throws ASR_BREAKER_OPEN at once, so
 * that a failover around it asks the next one from the first word on. After its rest one utterance at a time tries it out.
 */
export class BreakerRecognizer implements Recognizer {
  readonly name: string;
  readonly capabilities: RecognitionCapabilities | undefined;
  readonly #inner: Recognizer;
  readonly #circuit: Circuit;

  constructor(inner: Recognizer, { clock, settings = CIRCUIT_DEFAULTS, onChange }: RecognizerBreakerOptions) {
    this.name = inner.name;
    this.capabilities = inner.capabilities;
    this.#inner = inner;
    this.#circuit = new Circuit(clock, settings, (from, to) => onChange?.({ name: inner.name, from, to }));
  }

  /** Asking it now is in vain. Over after a time, whether or not anybody asks. */
  get isResting(): boolean {
    return this.#circuit.isResting;
  }

  async *recognize(
    audio: AsyncIterable<Uint8Array>,
    request: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncIterable<RecognitionEvent> {
    signal.throwIfAborted();
    const report = this.#circuit.admit();
    if (!report) throw new ParleyError('ASR_BREAKER_OPEN', `${this.name} failed too often of late.`);
    // A reader who leaves says nothing about it.
    let verdict: Verdict = 'neither';
    try {
      yield* untilAborted(this.#inner.recognize(audio, request, signal), signal);
      verdict = 'success';
    } catch (error) {
      // The rest of one that refuses would spare nobody anything.
      verdict = recognitionFault(error, signal) === 'failed' ? 'failure' : 'neither';
      throw error;
    } finally {
      report(verdict);
    }
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
