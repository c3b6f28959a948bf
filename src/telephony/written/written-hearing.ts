/**
 * Somebody whose words come as text, an utterance at a time: they were written, or somebody else has recognised them. Between two utterances
 * the call is on hold, since the line does the waiting.
 */
import type { CancelTimer, Clock } from '../../base/clock.ts';
import type { Awaited, Capture, Hearing, HearingListener } from '../line.ts';
import { silentCapture } from '../silent-capture.ts';
import { WRITTEN_RATE_HZ } from './written-player.ts';

/** A written utterance lasts so long, ms: more than a cough, which nobody answers. */
const WRITTEN_MS = 300;

/** Until its words are told, ms: whoever listens has to know that it was written before it is over. */
const TOLD_AFTER_MS = 5;

export class WrittenHearing implements Hearing {
  readonly detectionSilenceMs = 0;
  readonly #clock: Clock;
  readonly #onAwaited: (wanted: Awaited) => void;
  #listener: HearingListener | undefined;
  /** Written, and not yet an utterance: the bot has not finished. */
  #waiting: string | undefined;
  /** The utterance that is about to be recognised. */
  #written: string | undefined;
  #isAwaited = false;
  #cancel: CancelTimer = () => undefined;

  /** `onAwaited`: the bot waits for whoever writes, and nothing that was written waits for the bot. */
  constructor(clock: Clock, onAwaited: (wanted: Awaited) => void) {
    this.#clock = clock;
    this.#onAwaited = onAwaited;
  }

  listen(listener: HearingListener): void {
    this.#listener = listener;
  }

  capture(): Capture {
    return silentCapture(WRITTEN_RATE_HZ, this.#clock.nowMs());
  }

  awaited(wanted: Awaited): void {
    if (this.#waiting !== undefined) return this.#sayNow();
    this.#isAwaited = true;
    this.#listener?.held?.();
    this.#onAwaited(wanted);
  }

  /** Says this, once the bot waits for it. */
  say(text: string): void {
    this.#waiting = text;
    if (this.#isBack()) this.#sayNow();
  }

  /** These keys were pressed, and no more of them will be. */
  press(digits: string): void {
    const wasAwaited = this.#isBack();
    for (const digit of digits) this.#listener?.digit(digit);
    if (wasAwaited) this.#listener?.silent?.();
  }

  /** The bot has waited for long enough. */
  silent(): void {
    if (this.#isBack()) this.#listener?.silent?.();
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

  /** Whether the bot was waiting; it waits no longer. */
  #isBack(): boolean {
    const wasAwaited = this.#isAwaited;
    this.#isAwaited = false;
    if (wasAwaited) this.#listener?.unheld?.();
    return wasAwaited;
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
