import { childOf, type ChildController } from '../base/abort.ts';
import type { CancelTimer, Clock } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import { unansweredAfter } from '../base/unanswered-after.ts';

/** A signal that aborts with the outer one or, with LLM_TIMEOUT, when its time is up. `clear` must be called at the end. */
export class Deadline {
  readonly #clock: Clock;
  readonly #work: ChildController;
  #cancel: CancelTimer | undefined;

  constructor(clock: Clock, outer: AbortSignal) {
    this.#clock = clock;
    this.#work = childOf(outer);
  }

  get signal(): AbortSignal {
    return this.#work.signal;
  }

  /** Replaces the deadline before it. */
  set(delayMs: number, complaint: string): void {
    this.#cancel?.();
    this.#cancel = unansweredAfter(this.#clock, delayMs, () =>
      this.#work.abort(new ParleyError('LLM_TIMEOUT', complaint)),
    );
  }

  lift(): void {
    this.#cancel?.();
  }

  clear(): void {
    this.lift();
    this.#work.release();
  }
}
