/** What somebody at a browser says: into the microphone, or by hand. What is typed is an utterance like any other, only without sound. */
import type { CancelTimer, Clock } from '../../base/clock.ts';
import type { CallerAudio } from '../streaming/caller-audio.ts';
import type { AudioListener, Capture, Hearing, HearingListener } from '../line.ts';
import { silentCapture } from '../silent-capture.ts';
import { PAGE_RATE_HZ } from './page-wire.ts';

/** So many typed utterances may wait for the one that is being spoken; whoever types more is not answered faster. */
const MOST_WAITING = 10;

/** A typed utterance lasts so long, ms: more than a cough, which nobody answers. Its words are told at once. */
const TYPED_MS = 300;

export class BrowserHearing implements Hearing {
  readonly #clock: Clock;
  readonly #audio: CallerAudio;
  #listener: HearingListener | undefined;
  /** Typed, and not yet an utterance. */
  readonly #waiting: string[] = [];
  /** The typed utterance that is about to be recognised. */
  #typed: string | undefined;
  /** An utterance is open, spoken or typed. */
  #isOpen = false;
  #cancelNext: CancelTimer = () => undefined;
  #cancelStop: CancelTimer = () => undefined;

  constructor({ clock, audio }: { readonly clock: Clock; readonly audio: CallerAudio }) {
    this.#clock = clock;
    this.#audio = audio;
  }

  get detectionSilenceMs(): number {
    return this.#audio.detectionSilenceMs;
  }

  get lostMs(): number | undefined {
    return this.#audio.lostMs;
  }

  listen(listener: HearingListener): void {
    this.#listener = listener;
    this.#audio.listen(listener);
  }

  tap(listener: AudioListener): void {
    this.#audio.tap(listener);
  }

  tapInRuns(listener: AudioListener): () => void {
    return this.#audio.tapInRuns(listener);
  }

  capture(preRollMs: number): Capture {
    const capture =
      this.#typed === undefined
        ? this.#audio.capture(preRollMs)
        : silentCapture(PAGE_RATE_HZ, this.#clock.nowMs());
    this.#isOpen = true;
    const over = (end: () => void) => () => {
      end();
      this.#isOpen = false;
      this.#sayNextSoon();
    };
    return { ...capture, finish: over(() => capture.finish()), discard: over(() => capture.discard()) };
  }

  /** Says this as soon as nothing else is being said. */
  type(text: string): void {
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(text);
    this.#sayNextSoon();
  }

  /** The words of the utterance that begins now, if it is a typed one. */
  takeTyped(): string | undefined {
    const typed = this.#typed;
    this.#typed = undefined;
    return typed;
  }

  close(): void {
    this.#cancelNext();
    this.#cancelStop();
    this.#waiting.length = 0;
    this.#audio.close();
  }

  /** Whoever ends an utterance has something to do with it first. */
  #sayNextSoon(): void {
    this.#cancelNext();
    this.#cancelNext = this.#clock.after(0, () => this.#sayNext());
  }

  #sayNext(): void {
    if (this.#isOpen || !this.#listener) return;
    this.#typed = this.#waiting.shift();
    if (this.#typed === undefined) return;
    const atMs = this.#clock.nowMs();
    this.#listener.speechStarted(atMs);
    this.#cancelStop = this.#clock.after(TYPED_MS, () =>
      this.#listener?.speechStopped(atMs, this.#clock.nowMs()),
    );
  }
}
