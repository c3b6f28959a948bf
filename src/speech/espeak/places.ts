import { unlessAborted, deferred } from '../../base/async.ts';
import type { Deferred } from '../../base/async.ts';

/** So many at once; others wait in the order in which they came, and no more than a few. */
export class Places {
  #free: number;
  readonly #mostWaiting: number;
  readonly #waiting: Deferred<void>[] = [];

  constructor(places: number, mostWaiting: number) {
    this.#free = places;
    this.#mostWaiting = mostWaiting;
  }

  get isFull(): boolean {
    return this.#free === 0 && this.#waiting.length >= this.#mostWaiting;
  }

  /** Resolves with what gives the place back, to be called once. Throws the signal's reason. */
  async take(signal: AbortSignal): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    return () => this.#giveBack();
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const turn = deferred();
    this.#waiting.push(turn);
    try {
      await unlessAborted(turn.promise, signal);
    } catch (error) {
      const at = this.#waiting.indexOf(turn);
      // Whoever got the place and does not want it any more hands it on.
      if (at === -1) this.#giveBack();
      else this.#waiting.splice(at, 1);
      throw error;
    }
  }

  #giveBack(): void {
    const next = this.#waiting.shift();
    if (next) next.resolve();
    else this.#free++;
  }
}
