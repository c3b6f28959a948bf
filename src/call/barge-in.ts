/**
 * What happens when the caller makes a sound while it is the bot's turn. Pause first, decide later: the bot falls silent at the first
 * loud frame; once the sound has lasted as long as speech does, the turn is the caller's; a cough lets the bot go on where it was.
 */
import type { CancelTimer, Clock } from '../base/clock.ts';
import type { BotProfile } from '../config/bot-profile.ts';
import type { Mouth } from './mouth.ts';
import type { Timeline } from './timeline.ts';

export interface BargeInOptions {
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly mouth: Mouth;
  readonly profile: BotProfile['bargeIn'];
  /** See Hearing.detectionSilenceMs: a sound that has ended is only told of this much later. */
  readonly detectionSilenceMs: number;
  /** The turn is the caller's now: stops the mouth. May be called when it already is. */
  readonly interrupt: () => void;
}

export class BargeIn {
  readonly #options: BargeInOptions;
  #cancelVerdict: CancelTimer | undefined;
  #closed = false;

  constructor(options: BargeInOptions) {
    this.#options = options;
  }

  speechStarted(atMs: number): void {
    const { clock, timeline, mouth, profile, detectionSilenceMs } = this.#options;
    if (!profile.enabled || this.#closed) return;
    if (profile.mode === 'stopAtOnce') return this.#itIsSpeech();
    if (mouth.isSpeaking) {
      timeline.mark('bargeIn.paused', {});
      void mouth.pause();
    }
    this.#cancelVerdict?.();
    // Only when the detection silence has passed without an end being told has the sound lasted minSpeechMs for sure.
    const verdictAtMs = atMs + profile.minSpeechMs + detectionSilenceMs;
    this.#cancelVerdict = clock.after(verdictAtMs - clock.nowMs(), () => this.#itIsSpeech());
  }

  speechStopped(speechMs: number): void {
    if (!this.#cancelVerdict) return;
    if (speechMs >= this.#options.profile.minSpeechMs) return this.#itIsSpeech();
    this.#forget();
    const { mouth, timeline } = this.#options;
    if (mouth.isSpeaking) timeline.mark('bargeIn.resumed', { because: 'tooShort' });
    // Also if what was paused has ended meanwhile: nothing else would ever be heard.
    void mouth.resume();
  }

  /** From now on the bot cannot be interrupted; to be followed by a stop of the mouth, which may be paused. */
  close(): void {
    this.#closed = true;
    this.#forget();
  }

  #itIsSpeech(): void {
    this.#forget();
    this.#options.interrupt();
  }

  #forget(): void {
    this.#cancelVerdict?.();
    this.#cancelVerdict = undefined;
  }
}
