import type { Clock } from '../../base/clock.ts';
import { ParleyError } from '../../base/errors.ts';
import { FailureWatch } from '../../base/failure-watch.ts';
import {
  Circuit,
  CIRCUIT_DEFAULTS,
  type CircuitSettings,
  type CircuitState,
  type Verdict,
} from '../../base/circuit.ts';
import { withOutcome, type Outcome } from './outcome.ts';
import type { SynthesisCapabilities, SynthesisProvider } from './provider.ts';
import type { SpeechPiece, SpeechRequest } from './synthesizer.ts';

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
export class BreakerSynthesizer implements SynthesisProvider {
  readonly name: string;
  readonly capabilities: SynthesisCapabilities;
  readonly #inner: SynthesisProvider;
  readonly #circuit: Circuit;
  readonly #onAdmitted: () => void;
  readonly #watch: FailureWatch;

  constructor(inner: SynthesisProvider, options: BreakerOptions) {
    const { clock, settings = CIRCUIT_DEFAULTS, onChange, onAdmitted = () => undefined } = options;
    this.name = inner.name;
    this.capabilities = inner.capabilities;
    this.#inner = inner;
    this.#onAdmitted = onAdmitted;
    this.#watch = new FailureWatch(clock);
    this.#circuit = new Circuit(clock, settings, (from, to) => onChange?.({ name: inner.name, from, to }));
  }

  get state(): CircuitState {
    return this.#circuit.state;
  }

  /** Asking it now is in vain. Over after a time, whether or not anybody asks. */
  get isResting(): boolean {
    return this.#circuit.isResting;
  }

  /** It does not accept the credentials. Over after a minute, or with the next success. */
  get isRefused(): boolean {
    return this.#watch.isRefused;
  }

  async *synthesize(request: SpeechRequest, signal: AbortSignal): AsyncIterable<SpeechPiece> {
    signal.throwIfAborted();
    const report = this.#circuit.admit();
    if (!report) throw new ParleyError('TTS_BREAKER_OPEN', `${this.name} failed too often of late.`);
    this.#onAdmitted();
    yield* withOutcome(this.#inner.synthesize(request, signal), signal, (outcome, error) => {
      report(VERDICTS[outcome]);
      if (outcome === 'whole') this.#watch.succeeded();
      else if (outcome !== 'cancelled') this.#watch.failed(error);
    });
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
