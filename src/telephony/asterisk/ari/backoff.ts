/** How long to wait before the next attempt to connect: twice as long each time, with jitter, and never for good. */

import { jittered } from '../../../base/jitter.ts';

/** The first wait: a restarted Asterisk that is up again at once should not be kept waiting. */
const FIRST_MS = 100;

/** The longest wait: how late Parley serves calls again after Asterisk is back. With connecting, that is to take 3 s at most. */
const LONGEST_MS = 2_000;

/**
 * A connection that stood this long has proved itself, and the waits start from the first again. Longer than the heartbeat needs
 * to find a silent socket, so that neither an Asterisk that drops each connection nor one that says nothing is run down.
 */
const PROVED_MS = 10_000;

export class Backoff {
  readonly #random: () => number;
  #attempts = 0;

  /** `random` gives numbers from 0 up to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The next wait in milliseconds: between half of its step and the whole of it, so that many services do not come back as one. */
  nextMs(): number {
    const stepMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#attempts);
    this.#attempts++;
    return jittered(stepMs, this.#random);
  }

  /** A connection has ended after `upMs`. */
  lasted(upMs: number): void {
    if (upMs >= PROVED_MS) this.#attempts = 0;
  }
}
