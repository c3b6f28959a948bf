/**
 * The caller never waits in silence: from the end of the caller's turn until the answer sounds, and in every gap of the answer, a ladder
 * of small words is climbed: a filler, a hold phrase, more of those. Meanwhile, below the second rung, whoever is late has been replaced
 * by another provider: failover wraps the recognizer and the synthesizer, and the model is asked once more. At the top the turn is given
 * up, and the caller hears an apology; the second time, the call goes to the fallback.
 */
import type { CancelTimer, Clock } from '../base/clock.ts';
import type { Mouth } from './mouth.ts';

/** A hold phrase follows this much silence, ms: together with the time it takes to begin, the caller never waits 1.5 s without a sound. */
const HOLD_AFTER_MS = 1300;

/** So many hold phrases, and then the turn is given up: about ten seconds in all, after which nobody believes in an answer. */
const MAX_HOLDS = 3;

export interface NeverSilentOptions {
  readonly clock: Clock;
  readonly mouth: Mouth;
  /** From the end of the turn to the filler, ms; undefined for no fillers. */
  readonly fillerAfterMs: number | undefined;
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
    const { mouth, fillerAfterMs, sayFiller } = options;
    this.#stopListening = mouth.onIdle(() => this.#waitForHold());
    if (fillerAfterMs === undefined) this.#waitForHold();
    else this.#after(fillerAfterMs, sayFiller);
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

  #waitForHold(): void {
    this.#after(HOLD_AFTER_MS, () => {
      if (this.#holds === MAX_HOLDS) {
        this.stop();
        return this.#options.giveUp();
      }
      this.#holds++;
      this.#options.sayHold();
    });
  }

  /** Does `say` when the mouth has been silent all the while; if that says nothing, the next rung follows all the same. */
  #after(delayMs: number, say: () => void): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(delayMs, () => {
      if (this.#over || this.#options.mouth.isSpeaking) return;
      say();
      if (!this.#over && !this.#options.mouth.isSpeaking) this.#waitForHold();
    });
  }
}
