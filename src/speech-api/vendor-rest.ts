/** Vendors that grant nothing more for now: they are asked again after a while, which grows, and not by all processes at once. */
import type { Clock } from '../base/clock.ts';
import { ParleyError, isParleyError } from '../base/errors.ts';
import { jittered } from '../base/jitter.ts';

/** The first time, and at most, ms. A vendor counts by the second or by the minute. */
const FIRST_MS = 1_000;
const MOST_MS = 60_000;

export class VendorRest {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #rests = new Map<string, { readonly untilMs: number; readonly times: number }>();

  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Why it would be in vain to ask it now. */
  unfit(name: string): ParleyError | undefined {
    const leftMs = (this.#rests.get(name)?.untilMs ?? 0) - this.#clock.nowMs();
    if (leftMs <= 0) return undefined;
    return new ParleyError('TTS_QUOTA', `${name} grants nothing for ${Math.ceil(leftMs)} ms.`);
  }

  /** Anything but a quota says nothing of it. */
  failed(name: string, error: unknown): void {
    if (!isParleyError(error, 'TTS_QUOTA', 'ASR_QUOTA')) return;
    // Several that were under way together are one refusal.
    if (this.unfit(name)) return;
    const times = (this.#rests.get(name)?.times ?? 0) + 1;
    const wholeMs = Math.min(MOST_MS, FIRST_MS * 2 ** (times - 1));
    this.#rests.set(name, { untilMs: this.#clock.nowMs() + jittered(wholeMs, this.#random), times });
  }

  served(name: string): void {
    this.#rests.delete(name);
  }
}
