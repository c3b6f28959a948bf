import type { CancelTimer, Clock } from '../../../base/clock.ts';
import { FRAME_MS } from './frames.ts';

/**
 * One timer for the media of all channels. Frame n belongs to `start + n * 20 ms` however late the timer fires, so nothing drifts;
 * frames that are overdue are made up for one by one.
 */
export class MediaClock {
  readonly #clock: Clock;
  readonly #onFrame: (atMs: number) => void;
  #nextAtMs: number;
  #cancelTimer: CancelTimer = () => undefined;
  #working = false;

  /** `onFrame` gets the time to which its frame belongs, on the clock's axis. */
  constructor(clock: Clock, onFrame: (atMs: number) => void) {
    this.#clock = clock;
    this.#onFrame = onFrame;
    this.#nextAtMs = clock.nowMs() + FRAME_MS;
    this.#arm();
  }

  /**
   * Plays all frames whose time has come. Ask for it before anything that changes what is played: a pause that comes while the timer
   * is late must not silence frames that a real Asterisk would have sent before it.
   */
  catchUp(): void {
    if (this.#working) return;
    this.#working = true;
    try {
      for (; this.#nextAtMs <= this.#clock.nowMs(); this.#nextAtMs += FRAME_MS) this.#onFrame(this.#nextAtMs);
    } finally {
      this.#working = false;
    }
  }

  stop(): void {
    this.#cancelTimer();
  }

  #arm(): void {
    this.#cancelTimer = this.#clock.after(Math.max(0, this.#nextAtMs - this.#clock.nowMs()), () => {
      this.catchUp();
      this.#arm();
    });
  }
}
