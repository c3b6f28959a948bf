/** What somebody writes to a bot: utterances without sound. Between two of them the call is on hold, since whoever writes may take any time. */
import type { CancelTimer, Clock } from '../../base/clock.ts';
import type { Capture, Hearing, HearingListener } from '../line.ts';
import { silentCapture } from '../silent-capture.ts';
import { TEXT_RATE_HZ } from './text-player.ts';

/** A written utterance lasts so long, ms: more than a cough, which nobody answers. */
const WRITTEN_MS = 300;

/** Until its words are told, ms: whoever listens has to know that it was written before it is over. */
const TOLD_AFTER_MS = 5;

export class TextHearing implements Hearing {
  readonly detectionSilenceMs = 0;
  readonly #clock: Clock;
  readonly #onAwaited: () => void;
  #listener: HearingListener | undefined;
  /** Written, and not yet an utterance: the bot has not finished. */
  #waiting: string | undefined;
  /** The utterance that is about to be recognised. */
  #written: string | undefined;
  #isAwaited = false;
  #cancel: CancelTimer = () => undefined;

  /** `onAwaited`: the bot waits for whoever writes, and nothing that was written waits for the bot. */
  constructor(clock: Clock, onAwaited: () => void) {
    this.#clock = clock;
    this.#onAwaited = onAwaited;
  }

  listen(listener: HearingListener): void {
    this.#listener = listener;
  }

  capture(): Capture {
    return silentCapture(TEXT_RATE_HZ, this.#clock.nowMs());
  }

  awaited(): void {
    if (this.#waiting !== undefined) return this.#sayNow();
    this.#isAwaited = true;
    this.#listener?.held?.();
    this.#onAwaited();
  }

  /** Says this, once the bot waits for it. */
  say(text: string): void {
    this.#waiting = text;
    if (!this.#isAwaited) return;
    this.#isAwaited = false;
    this.#listener?.unheld?.();
    this.#sayNow();
  }

  /** The words of the utterance that begins now. */
  takeWritten(): string | undefined {
    const written = this.#written;
    this.#written = undefined;
    return written;
  }

  close(): void {
    this.#cancel();
  }

  #sayNow(): void {
    this.#written = this.#waiting;
    this.#waiting = undefined;
    // Whoever waits for an utterance has to be waiting.
    this.#cancel = this.#clock.after(0, () => {
      this.#listener?.speechStarted(this.#clock.nowMs());
      this.#cancel = this.#clock.after(TOLD_AFTER_MS, () => {
        const nowMs = this.#clock.nowMs();
        this.#listener?.speechStopped(nowMs - WRITTEN_MS, nowMs);
      });
    });
  }
}
