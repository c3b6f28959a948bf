/**
 * What comes after a gap in the caller's audio. Either the gap was silence, which some phones do not send, or the network or the machine
 * has stalled, and what should have filled it comes now, all at once: only how fast it comes tells the one from the other.
 */
import type { CancelTimer, Clock } from '../../base/clock.ts';
import { bytesToMs } from '../../audio/pcm.ts';

/** How long it is watched at a time, ms: two packets are due within. */
const LOOK_MS = 40;

/** More audio than this in one look comes faster than anybody speaks, ms: two packets more than are due. */
const FAST_MS = LOOK_MS + 40;

/** Looks at most: a backlog that is so long in coming will not be told from speech. */
const MOST_LOOKS = 10;

/** So much more than was due since it began shows that it was late, ms: five packets. Jitter alone brings one or two. */
const LATE_MS = 100;

export interface BacklogOptions {
  readonly clock: Clock;
  readonly sampleRateHz: number;
  /** Called once, when it comes no faster than it is spoken. */
  readonly onSettled: (backlog: Backlog) => void;
}

export class Backlog {
  readonly pieces: Uint8Array[] = [];
  readonly #options: BacklogOptions;
  #firstAtMs: number | undefined;
  #lastAtMs = 0;
  #lengthMs = 0;
  #lookedAtLengthMs = 0;
  #looks = 0;
  #cancelLook: CancelTimer = () => undefined;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  /** PCM, 16-bit mono, that arrived at `atMs`. */
  add(pcm: Uint8Array, atMs: number): void {
    this.pieces.push(pcm);
    this.#lengthMs += this.#msOf(pcm);
    this.#lastAtMs = atMs;
    if (this.#firstAtMs !== undefined) return;
    this.#firstAtMs = atMs - this.#msOf(pcm);
    this.#lookLater();
  }

  /** When it would have begun to come, had none of it been late. */
  get startMs(): number {
    return this.#lastAtMs - this.#lengthMs;
  }

  /** It was spoken in the gap. */
  get wasLate(): boolean {
    return this.#lengthMs - (this.#lastAtMs - (this.#firstAtMs ?? this.#lastAtMs)) >= LATE_MS;
  }

  /** Nobody wants it. */
  drop(): void {
    this.#cancelLook();
  }

  #lookLater(): void {
    this.#lookedAtLengthMs = this.#lengthMs;
    this.#cancelLook = this.#options.clock.after(LOOK_MS, () => this.#look());
  }

  #look(): void {
    this.#looks++;
    const isFast = this.#lengthMs - this.#lookedAtLengthMs >= FAST_MS;
    if (isFast && this.#looks < MOST_LOOKS) this.#lookLater();
    else this.#options.onSettled(this);
  }

  #msOf(pcm: Uint8Array): number {
    return bytesToMs(pcm.byteLength, this.#options.sampleRateHz);
  }
}
