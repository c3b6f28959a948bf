import type { Clock } from './clock.ts';

export type CircuitState = 'closed' | 'open' | 'half-open';

export interface CircuitSettings {
  /** Failures in a row that open it. Default 5: one bad minute of a provider, not one bad request. */
  readonly failuresToOpen: number;
  /** How long nobody is let through, in milliseconds. Default 60 000. */
  readonly openMs: number;
  /** Probes in a row that must succeed before everybody is let through again. Default 3. */
  readonly successesToClose: number;
}

export const CIRCUIT_DEFAULTS: CircuitSettings = Object.freeze({
  failuresToOpen: 5,
  openMs: 60_000,
  successesToClose: 3,
});

export type Verdict = 'success' | 'failure' | 'neither';

/** One request that was let through; report exactly once how it went. */
export type Report = (verdict: Verdict) => void;

/**
 * A circuit breaker's state, without I/O. Closed lets everybody through; open nobody; half-open one probe at a time.
 * It holds no timer: an open circuit becomes half-open when somebody asks after its rest.
 */
export class Circuit {
  readonly #clock: Clock;
  readonly #settings: CircuitSettings;
  readonly #onChange: (from: CircuitState, to: CircuitState) => void;
  #state: CircuitState = 'closed';
  #streak = 0;
  #openedAtMs = 0;
  #probing = false;

  constructor(
    clock: Clock,
    settings: CircuitSettings,
    onChange: (from: CircuitState, to: CircuitState) => void,
  ) {
    this.#clock = clock;
    this.#settings = settings;
    this.#onChange = onChange;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Whoever asks now is refused for as long as the rest lasts; after it somebody must ask for the circuit to close again. */
  get isResting(): boolean {
    return this.#state === 'open' && this.#restLeftMs() > 0;
  }

  /** The report to make, or nothing if the request must not be made. */
  admit(): Report | undefined {
    if (this.#state === 'open' && this.#restLeftMs() <= 0) this.#become('half-open');
    if (this.#state === 'closed') return this.#reportOfClosed();
    if (this.#state === 'open' || this.#probing) return undefined;
    this.#probing = true;
    return (verdict) => this.#probed(verdict);
  }

  #reportOfClosed(): Report {
    return (verdict) => {
      // A request from before the circuit opened says nothing about the provider's present health.
      if (this.#state !== 'closed' || verdict === 'neither') return;
      this.#streak = verdict === 'failure' ? this.#streak + 1 : 0;
      if (this.#streak >= this.#settings.failuresToOpen) this.#become('open');
    };
  }

  #probed(verdict: Verdict): void {
    this.#probing = false;
    if (verdict === 'failure') return this.#become('open');
    if (verdict === 'success') this.#streak++;
    if (this.#streak >= this.#settings.successesToClose) this.#become('closed');
  }

  #restLeftMs(): number {
    return this.#openedAtMs + this.#settings.openMs - this.#clock.nowMs();
  }

  #become(to: CircuitState): void {
    const from = this.#state;
    this.#state = to;
    this.#streak = 0;
    if (to === 'open') this.#openedAtMs = this.#clock.nowMs();
    this.#onChange(from, to);
  }
}
