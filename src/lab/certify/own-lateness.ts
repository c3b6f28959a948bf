/** How late the certifier itself is: a caller who stands still in the middle of a word has ended his turn for any bot. */
import type { CancelTimer, Clock } from '../../base/clock.ts';

/** A pause of this length within a word is heard as one, ms: less is hidden by what a bot buffers, and shorter than the gap between two words. */
const HEARD_FROM_MS = 200;
/** As often as a packet goes out, ms. */
const LOOK_EVERY_MS = 20;

export class OwnLateness {
  readonly #clock: Clock;
  #longestMs = 0;
  #cancel: CancelTimer = () => undefined;

  /** Looks until `close`. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lookAgain();
  }

  /** The longest time for which nothing was said although it was due, ms; 0 if nobody can have heard that. */
  get longestMs(): number {
    return this.#longestMs < HEARD_FROM_MS ? 0 : this.#longestMs;
  }

  close(): void {
    this.#cancel();
  }

  #lookAgain(): void {
    const dueMs = this.#clock.nowMs() + LOOK_EVERY_MS;
    this.#cancel = this.#clock.after(LOOK_EVERY_MS, () => {
      this.#longestMs = Math.max(this.#longestMs, this.#clock.nowMs() - dueMs);
      this.#lookAgain();
    });
  }
}
