import type { Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import {
  Circuit,
  CIRCUIT_DEFAULTS,
  type CircuitSettings,
  type CircuitState,
  type Verdict,
} from './circuit.ts';
import { withOutcome, type Outcome } from './outcome.ts';
import type { SpeechPiece, SpeechRequest, Synthesizer } from './synthesizer.ts';

export interface BreakerOptions {
  readonly clock: Clock;
  readonly settings?: CircuitSettings;
  readonly onChange?: (change: BreakerChange) => void;
  /** Told of each request that goes to the provider: it grants so many a second. */
  readonly onAdmitted?: () => void;
}

export interface BreakerChange {
  readonly name: string;
  readonly from: CircuitState;
  readonly to: CircuitState;
}

/**
 * What each outcome says about the provider. A rejection counts neither way: a server that refuses a text, a voice
 * or a key is up and answers at once, so resting it saves nobody time and would hide the reason from the operator.
 */
const VERDICTS: Readonly<Record<Outcome, Verdict>> = {
  whole: 'success',
  failed: 'failure',
  rejected: 'neither',
  cancelled: 'neither',
};

/**
 * Spares the caller the wait for a provider that keeps failing: while its circuit is open, every request throws
 * TTS_BREAKER_OPEN at once, so that a failover around it goes on to the next provider without delay.
 */
export class BreakerSynthesizer implements Synthesizer {
  readonly name: string;
  readonly #inner: Synthesizer;
  readonly #circuit: Circuit;
  readonly #onAdmitted: () => void;

  constructor(inner: Synthesizer, options: BreakerOptions) {
    const { clock, settings = CIRCUIT_DEFAULTS, onChange, onAdmitted = () => undefined } = options;
    this.name = inner.name;
    this.#inner = inner;
    this.#onAdmitted = onAdmitted;
    this.#circuit = new Circuit(clock, settings, (from, to) => onChange?.({ name: inner.name, from, to }));
  }

  get state(): CircuitState {
    return this.#circuit.state;
  }

  /** Asking it now is in vain. Over after a time, whether or not anybody asks. */
  get isResting(): boolean {
    return this.#circuit.isResting;
  }

  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    signal.throwIfAborted();
    const report = this.#circuit.admit();
    if (!report) throw new ParleyError('TTS_BREAKER_OPEN', `${this.name} failed too often of late.`);
    this.#onAdmitted();
    yield* withOutcome(this.#inner.synthesize(request, signal), signal, (outcome) =>
      report(VERDICTS[outcome]),
    );
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
