/** Finds out that a socket has gone silent, which TCP alone would notice after a quarter of an hour. */
import type { CancelTimer, Clock } from '../../../base/clock.ts';

/**
 * Time between two pings. Silence is found between one and two beats after it began, so within 8 s: the port promises 10 s.
 * More often would only burden a busy Asterisk.
 */
const BEAT_MS = 4_000;

export class Heartbeat {
  readonly #clock: Clock;
  readonly #ping: () => void;
  readonly #onSilence: () => void;
  #heard = true;
  #cancel: CancelTimer;

  readonly #beatMs: number;

  /** `onSilence` is called once, when nothing was heard from one ping to the next. */
  constructor(clock: Clock, ping: () => void, onSilence: () => void, beatMs: number = BEAT_MS) {
    this.#beatMs = beatMs;
    this.#clock = clock;
    this.#ping = ping;
    this.#onSilence = onSilence;
    this.#cancel = this.#schedule();
  }

  /** Something came from the other side. */
  heard(): void {
    this.#heard = true;
  }

  stop(): void {
    this.#cancel();
  }

  #schedule(): CancelTimer {
    const dueMs = this.#clock.nowMs() + this.#beatMs;
    return this.#clock.after(this.#beatMs, () => {
      // What came while this process stood still lies there unread.
      const stoodStill = this.#clock.nowMs() - dueMs > this.#beatMs / 4;
      if (!this.#heard && !stoodStill) return this.#onSilence();
      this.#heard = false;
      this.#ping();
      this.#cancel = this.#schedule();
    });
  }
}
