/** When the caller had put the call on hold. */
import type { Clock } from '../../base/clock.ts';
import type { Span } from '../../timeline/timeline-spans.ts';

export class Holds {
  readonly #clock: Clock;
  readonly #spans: { readonly fromMs: number; toMs: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** On the clock; `toMs` of one that is not over is Infinity. */
  get spans(): readonly Span[] {
    return this.#spans;
  }

  /** Idempotent. */
  begin(): void {
    if (this.#spans.at(-1)?.toMs !== Infinity)
      this.#spans.push({ fromMs: this.#clock.nowMs(), toMs: Infinity });
  }

  /** Idempotent. */
  end(): void {
    const last = this.#spans.at(-1);
    if (last?.toMs === Infinity) last.toMs = this.#clock.nowMs();
  }
}
