/** Finds out that a socket has gone silent, which TCP alone would notice after a quarter of an hour. */
import type { CancelTimer, Clock } from '../../../base/clock.ts';

export interface Beats {
  /** Time between two pings, ms. */
  readonly everyMs: number;
  /** After so many pings of which none was answered the other side counts as silent. */
  readonly unanswered: number;
}

/**
 * Silence is found between one and two beats after it began, so within 8 s: the port promises 10 s. More often would only burden a busy
 * Asterisk.
 */
const BEATS: Beats = { everyMs: 4_000, unanswered: 1 };

export class Heartbeat {
  readonly #clock: Clock;
  readonly #ping: () => void;
  readonly #onSilence: () => void;
  readonly #beats: Beats;
  #unanswered = 0;
  #cancel: CancelTimer;

  /** `onSilence` is called once, when nothing was heard for so many pings. */
  constructor(clock: Clock, ping: () => void, onSilence: () => void, beats: Beats = BEATS) {
    this.#beats = beats;
    this.#clock = clock;
    this.#ping = ping;
    this.#onSilence = onSilence;
    this.#cancel = this.#schedule();
  }

  /** Something came from the other side. */
  heard(): void {
    this.#unanswered = 0;
  }

  stop(): void {
    this.#cancel();
  }

  #schedule(): CancelTimer {
    const { everyMs, unanswered } = this.#beats;
    const dueMs = this.#clock.nowMs() + everyMs;
    return this.#clock.after(everyMs, () => {
      // What came while this process stood still lies there unread.
      const stoodStill = this.#clock.nowMs() - dueMs > everyMs / 4;
      if (this.#unanswered >= unanswered && !stoodStill) return this.#onSilence();
      this.#unanswered++;
      this.#ping();
      this.#cancel = this.#schedule();
    });
  }
}
