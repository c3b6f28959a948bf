/** Who calls, asked once when the call rings. */
import { unlessAborted } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import { errorCode } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { settledWithin } from '../base/settled-within.ts';
import type { ContextFacts } from './known-context.ts';

export interface CallerSource {
  /** Rejects with the signal's reason, or with whatever went wrong. `undefined`: nobody is known by that number. */
  readonly lookUp: (signal: AbortSignal) => Promise<Json | undefined>;
  /** How long after its beginning answers wait for it, ms. */
  readonly deadlineMs: number;
}

export interface CallerLookupOptions extends CallerSource {
  readonly clock: Clock;
  readonly onReady: (facts: ContextFacts) => void;
}

/** `late`: an answer has to begin without it. */
export type KnownCaller = { readonly caller: Json | undefined } | 'late';

export class CallerLookup {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #startedAtMs: number;
  readonly #ending = new AbortController();
  readonly #asked: Promise<void>;
  #known: KnownCaller = 'late';

  /** Begins at once. */
  constructor({ lookUp, deadlineMs, clock, onReady }: CallerLookupOptions) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
    this.#startedAtMs = clock.nowMs();
    this.#asked = this.#ask(lookUp, onReady);
  }

  /** Waits no longer than the deadline, which began with the lookup. Rejects with the signal's reason. */
  async known(signal: AbortSignal): Promise<KnownCaller> {
    const leftMs = this.#startedAtMs + this.#deadlineMs - this.#clock.nowMs();
    if (this.#known === 'late' && leftMs > 0) await settledWithin(this.#asked, leftMs, this.#clock, signal);
    return this.#known;
  }

  close(): void {
    this.#ending.abort(new Error('the call is over'));
  }

  async #ask(lookUp: CallerSource['lookUp'], onReady: (facts: ContextFacts) => void): Promise<void> {
    const { signal } = this.#ending;
    const told = (found: number, failure?: ContextFacts['failure']) => {
      const tookMs = this.#clock.nowMs() - this.#startedAtMs;
      const facts = { source: 'caller', startedAtMs: this.#startedAtMs, tookMs, found } as const;
      onReady({ ...facts, late: tookMs > this.#deadlineMs, ...(failure ? { failure } : {}) });
    };
    try {
      const caller = await unlessAborted(lookUp(signal), signal);
      this.#known = { caller };
      told(caller === undefined || caller === null ? 0 : 1);
    } catch (error) {
      if (signal.aborted) return;
      this.#known = { caller: undefined };
      told(0, errorCode(error));
    }
  }
}
