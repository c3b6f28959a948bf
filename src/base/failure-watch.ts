/** Whether a provider is ill, by what became of the requests to it. */
import type { Clock } from './clock.ts';
import { errorCode, refusesCredentials } from './errors.ts';

/** So many failures in a row, none of them old, are no accident: a bad request or a lost packet fails once. */
const FAILURES = 3;

/** A failure counts for so long, ms: who is thought ill and therefore not asked must be thought well again by itself. */
const WINDOW_MS = 60_000;

export class FailureWatch {
  readonly #clock: Clock;
  /** When, since the last success; no more than are counted. */
  #failedAtMs: readonly number[] = [];
  #refusedAtMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  succeeded(): void {
    this.#failedAtMs = [];
    this.#refusedAtMs = -Infinity;
  }

  /** A request has failed by the provider's fault. */
  failed(error: unknown): void {
    this.#failedAtMs = [...this.#failedAtMs, this.#clock.nowMs()].slice(-FAILURES);
    if (refusesCredentials(errorCode(error))) this.#refusedAtMs = this.#clock.nowMs();
  }

  /** It does not accept our credentials: no accident at the first time already. Over after a minute, or with the next success. */
  get isRefused(): boolean {
    return this.#refusedAtMs > this.#clock.nowMs() - WINDOW_MS;
  }

  /** It refuses, or at least three requests of the last minute failed, and none has succeeded since. Over as `isRefused` is. */
  get isFailing(): boolean {
    const sinceMs = this.#clock.nowMs() - WINDOW_MS;
    return this.isRefused || this.#failedAtMs.filter((atMs) => atMs > sinceMs).length >= FAILURES;
  }
}
