import type { CancelTimer, Clock } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';

/** A signal that aborts with the outer one or, with LLM_TIMEOUT, when its time is up. `clear` must be called at the end. */
export class Deadline {
  readonly #clock: Clock;
  readonly #outer: AbortSignal;
  readonly #controller = new AbortController();
  readonly #onOuterAbort = () => this.#controller.abort(this.#outer.reason);
  #cancel: CancelTimer | undefined;

  constructor(clock: Clock, outer: AbortSignal) {
    this.#clock = clock;
    this.#outer = outer;
    if (outer.aborted) this.#onOuterAbort();
    else outer.addEventListener('abort', this.#onOuterAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Replaces the deadline before it. */
  set(delayMs: number, complaint: string): void {
    this.#cancel?.();
    this.#cancel = this.#clock.after(delayMs, () =>
      this.#controller.abort(new ParleyError('LLM_TIMEOUT', complaint)),
    );
  }

  lift(): void {
    this.#cancel?.();
  }

  clear(): void {
    this.lift();
    this.#outer.removeEventListener('abort', this.#onOuterAbort);
  }
}
