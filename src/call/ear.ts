/**
 * Turns what the line hears into utterances: an utterance begins at the first loud frame and ends after `silenceMs` without speech.
 * It is recorded, and recognised as far as the recognizer can, while it is being spoken.
 */
import { deferred } from '../base/async.ts';
import { sleep } from '../base/clock.ts';
import type { CancelTimer, Clock } from '../base/clock.ts';
import type { Capture, Hearing } from '../telephony/line.ts';
import type { Timeline } from './timeline.ts';

/** How much of the line before the first loud frame belongs to the utterance, ms: a soft first consonant is not loud. */
const PRE_ROLL_MS = 300;

/** Less speech than this is not sent to recognition, ms: a click, a cough, a breath. */
export const MIN_UTTERANCE_MS = 250;

/**
 * An utterance ends here even without a pause, ms: nobody speaks for two minutes to a machine, but a radio or a fan does, and the
 * caller would never be answered.
 */
const MAX_UTTERANCE_MS = 120_000;

export interface Utterance {
  readonly startedAtMs: number;
  /** The last loud frame, on the line's clock. */
  readonly endedAtMs: number;
  readonly speechMs: number;
  /** What was said, empty if too little to be recognised; rejects with a ParleyError ASR_*. Handled even if nobody waits. */
  readonly text: Promise<string>;
}

export interface EarOptions {
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly hearing: Hearing;
  readonly silenceMs: number;
  /** Recognises a capture from its beginning until it is finished or the signal aborts. */
  readonly recognise: (capture: Capture, signal: AbortSignal) => Promise<string>;
}

interface OpenUtterance {
  readonly capture: Capture;
  readonly text: Promise<string>;
  readonly unwanted: AbortController;
  readonly startedAtMs: number;
  readonly cancelLimit: CancelTimer;
  endedAtMs: number;
  speechMs: number;
}

export class Ear {
  readonly #options: EarOptions;
  #open: OpenUtterance | undefined;
  #speaking = false;
  #cancelEnd: CancelTimer | undefined;
  readonly #heard: Utterance[] = [];
  #arrived = deferred();

  constructor(options: EarOptions) {
    this.#options = options;
  }

  speechStarted(atMs: number): void {
    this.#options.timeline.mark('speech.started', {}, atMs);
    this.#speaking = true;
    this.#cancelEnd?.();
    this.#open ??= this.#begin(atMs);
  }

  speechStopped(startedAtMs: number, endedAtMs: number): void {
    const { clock, timeline, silenceMs } = this.#options;
    const speechMs = endedAtMs - startedAtMs;
    timeline.mark('speech.stopped', { endedAtMs, speechMs });
    this.#speaking = false;
    if (!this.#open) return;
    this.#open.endedAtMs = endedAtMs;
    this.#open.speechMs += speechMs;
    this.#cancelEnd?.();
    this.#cancelEnd = clock.after(endedAtMs + silenceMs - clock.nowMs(), () => this.#end());
  }

  /**
   * The utterances that have ended and were not taken yet, oldest first, as soon as there are any; none after `silenceMs` in which
   * nobody spoke. Throws the signal's reason.
   */
  async heardWithin(silenceMs: number, signal: AbortSignal): Promise<readonly Utterance[]> {
    while (this.#heard.length === 0) {
      const patience = new AbortController();
      const silent = sleep(this.#options.clock, silenceMs, AbortSignal.any([patience.signal, signal]));
      await Promise.race([silent, this.#arrived.promise]).finally(() => patience.abort());
      if (this.#heard.length === 0 && !this.#open) return [];
    }
    signal.throwIfAborted();
    return this.#heard.splice(0);
  }

  close(): void {
    this.#cancelEnd?.();
    this.#drop(this.#open);
    this.#open = undefined;
  }

  #begin(atMs: number): OpenUtterance {
    const { clock, hearing, recognise } = this.#options;
    const capture = hearing.capture(PRE_ROLL_MS);
    const unwanted = new AbortController();
    const text = recognise(capture, unwanted.signal);
    text.catch(() => undefined);
    const cancelLimit = clock.after(MAX_UTTERANCE_MS, () => this.#end());
    return { capture, text, unwanted, startedAtMs: atMs, cancelLimit, endedAtMs: atMs, speechMs: 0 };
  }

  #end(): void {
    const open = this.#open;
    this.#open = undefined;
    this.#cancelEnd?.();
    if (!open) return;
    if (this.#speaking) {
      open.endedAtMs = this.#options.clock.nowMs();
      open.speechMs += MAX_UTTERANCE_MS;
    }
    const { startedAtMs, endedAtMs, speechMs } = open;
    const isSpeech = speechMs >= MIN_UTTERANCE_MS;
    const text = isSpeech ? open.text : Promise.resolve('');
    if (isSpeech) open.capture.finish();
    else this.#drop(open);
    open.cancelLimit();
    this.#heard.push({ startedAtMs, endedAtMs, speechMs, text });
    const arrived = this.#arrived;
    this.#arrived = deferred();
    arrived.resolve();
  }

  #drop(open: OpenUtterance | undefined): void {
    open?.cancelLimit();
    open?.unwanted.abort(new Error('too short to be speech, or the call is over'));
    open?.capture.discard();
  }
}
