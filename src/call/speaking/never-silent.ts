/**
 * The caller never waits in silence: from the end of the caller's turn until the answer sounds, and in every gap of the answer, a ladder
 * of small words is climbed: a filler, a hold phrase, more of those. Meanwhile, below the second rung, whoever is late has been replaced
 * by another provider: failover wraps the recognizer and the synthesizer, and the model is asked once more. At the top the turn is given
 * up, and the caller hears an apology; the second time, the call goes to the fallback. A gap within a chunk that has begun is not seen
 * here: bridged-speech.ts puts the hold phrase into it.
 */
import type { CancelTimer, Clock } from '../../base/clock.ts';
import type { Mouth } from './mouth.ts';

/** A hold phrase follows this much silence, ms: together with the time it takes to begin, the caller never waits 1.5 s without a sound. */
export const HOLD_AFTER_MS = 1300;

/**
 * How long the filler is kept back when the answer's first sentence is being synthesized already, ms: that takes about 150, and a filler
 * would only hold up the answer.
 */
const NEAR_MS = 250;

export interface NeverSilentOptions {
  readonly clock: Clock;
  readonly mouth: Mouth;
  /** From the end of the turn to the filler, ms; undefined for no fillers. */
  readonly fillerAfterMs: number | undefined;
  /** So many hold phrases, and then the turn is given up. */
  readonly maxHolds: number;
  /** Something is being done for the caller, which has a deadline of its own: it is waited for. */
  readonly isAtWork: () => boolean;
  /** The answer's first words are known, and may be heard any moment. */
  readonly isAnswerNear: () => boolean;
  readonly sayFiller: () => void;
  readonly sayHold: () => void;
  readonly giveUp: () => void;
}

export class NeverSilent {
  readonly #options: NeverSilentOptions;
  readonly #stopListening: () => void;
  #cancel: CancelTimer = () => undefined;
  #holds = 0;
  #over = false;

  /** Begins at once; `stop` must be called. */
  constructor(options: NeverSilentOptions) {
    this.#options = options;
    const { mouth, fillerAfterMs } = options;
    this.#stopListening = mouth.onIdle(() => this.#waitForHold());
    if (fillerAfterMs === undefined) this.#waitForHold();
    else this.#after(fillerAfterMs, () => this.#fill());
  }

  /** The answer goes on: the patience of the next gap begins anew. */
  progress(): void {
    this.#holds = 0;
  }

  stop(): void {
    this.#over = true;
    this.#cancel();
    this.#stopListening();
  }

  #fill(): void {
    const { isAnswerNear, sayFiller } = this.#options;
    if (isAnswerNear()) this.#after(NEAR_MS, () => this.#climb(sayFiller));
    else this.#climb(sayFiller);
  }

  #waitForHold(): void {
    this.#after(HOLD_AFTER_MS, () => {
      const { giveUp, isAtWork, maxHolds } = this.#options;
      if (isAtWork()) this.#holds = 0;
      if (this.#holds === maxHolds) {
        this.stop();
        return giveUp();
      }
      this.#holds++;
      this.#climb(this.#options.sayHold);
    });
  }

  /** Says something; if there is nothing to be said on this rung, the next one follows all the same. */
  #climb(say: () => void): void {
    say();
    if (!this.#over && !this.#options.mouth.isSpeaking) this.#waitForHold();
  }

  /** Does it when the mouth is silent then. */
  #after(delayMs: number, act: () => void): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(delayMs, () => {
      if (!this.#over && !this.#options.mouth.isSpeaking) act();
    });
  }
}
