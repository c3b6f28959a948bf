/** How late the certifier itself is: a caller who stands still in the middle of a word has ended his turn for any bot. */
import type { CancelTimer, Clock } from '../../base/clock.ts';
import { watchLateness } from '../../base/lateness.ts';

/** A pause of this length within a word is heard as one, ms: less is hidden by what a bot buffers, and shorter than the gap between two words. */
const HEARD_FROM_MS = 200;

export class OwnLateness {
  #longestMs = 0;
  readonly #stop: CancelTimer;

  /** Looks until `close`. */
  constructor(clock: Clock) {
    this.#stop = watchLateness(clock, (lateMs) => (this.#longestMs = Math.max(this.#longestMs, lateMs)));
  }

  /** The longest time for which nothing was said although it was due, ms; 0 if nobody can have heard that. */
  get longestMs(): number {
    return this.#longestMs < HEARD_FROM_MS ? 0 : this.#longestMs;
  }

  close(): void {
    this.#stop();
  }
}
