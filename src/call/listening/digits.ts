/** Keys of the telephone as one number: from the first key until it is full, ended by a key, or no further key comes. */
import type { CancelTimer, Clock } from '../../base/clock.ts';

/** What is being asked for. */
export interface Collecting {
  /** So many and no more. */
  readonly most: number;
  /** The key that ends a number before it is full. */
  readonly terminator: '#' | '*' | 'none';
  /** How long the next key may take. */
  readonly betweenMs: number;
  /** It is nobody's to read but the one who takes it: it stands masked in timeline, history and log, and the recording is blank. */
  readonly sensitive?: { take(digits: string): void };
}

export interface CollectedDigits {
  readonly digits: string;
  /** When the first and the last key were pressed, on the call's clock. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export interface DigitsOptions {
  readonly clock: Clock;
  /** What is asked for at present; nothing, if no number is. */
  readonly collecting: () => Collecting | undefined;
  readonly onCollected: (collected: CollectedDigits) => void;
}

export class Digits {
  readonly #options: DigitsOptions;
  #digits = '';
  #startedAtMs = 0;
  #endedAtMs = 0;
  #cancelWait: CancelTimer = () => undefined;
  #isSpeaking = false;

  constructor(options: DigitsOptions) {
    this.#options = options;
  }

  /** Some keys of a number have come, and not the last. */
  get isUnderWay(): boolean {
    return this.#digits !== '';
  }

  /** True if the key belongs to a number, or ends one; false for a key of its own. */
  press(key: string): boolean {
    const { clock, collecting } = this.#options;
    const asked = collecting();
    if (!asked) return false;
    // A terminator without a number before it says that there is none: the bot asks on when it has been silent for long enough.
    if (key === asked.terminator) this.flush();
    else if (/^\d$/.test(key)) {
      if (!this.isUnderWay) this.#startedAtMs = clock.nowMs();
      this.#digits += key;
      this.#endedAtMs = clock.nowMs();
      if (this.#digits.length >= asked.most) this.flush();
      else this.#wait(asked.betweenMs);
    }
    return true;
  }

  /** The caller says something beside the keys: the number is whole when that is over. */
  speechStarted(): void {
    this.#isSpeaking = true;
    this.#cancelWait();
  }

  speechStopped(): void {
    this.#isSpeaking = false;
    const asked = this.#options.collecting();
    if (asked && this.isUnderWay) this.#wait(asked.betweenMs);
  }

  /** What has come is all. */
  flush(): void {
    this.#cancelWait();
    if (!this.isUnderWay) return;
    const collected = { digits: this.#digits, startedAtMs: this.#startedAtMs, endedAtMs: this.#endedAtMs };
    this.#digits = '';
    this.#options.onCollected(collected);
  }

  /** Forgets what has come. */
  close(): void {
    this.#cancelWait();
    this.#digits = '';
  }

  #wait(betweenMs: number): void {
    this.#cancelWait();
    if (!this.#isSpeaking) this.#cancelWait = this.#options.clock.after(betweenMs, () => this.flush());
  }
}
