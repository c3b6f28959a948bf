/** Who answers a call that Parley has made, followed on a line: by its sound, or by when somebody speaks where no sound comes as it is heard. */
import { bytesToMs, msToBytes } from '../../audio/pcm.ts';
import type { Clock } from '../../base/clock.ts';
import { AnswererDetector } from './answerer-detector.ts';
import { ANSWERER_DEFAULTS, AnswererJudge, type AnswererEvent } from './answerer-judge.ts';

/** Follows one line from its answer on. */
export interface AnswererWatch {
  /** Told of each event from the answer on, also of those that came before there was a listener. One listener. */
  listen(listener: (event: AnswererEvent) => void): void;
  /** What is understood of the callee so far, partial or final. */
  words(text: string): void;
  /** The line's own word for it, on its clock; see HearingListener. */
  speechStarted(atMs: number): void;
  speechStopped(endedAtMs: number): void;
  /** Nobody wants to know any more. Idempotent. */
  close(): void;
}

/** Hands on a line's PCM, 16-bit signed little-endian mono, and when its first sample was heard, on the line's clock. */
type Tap = (listener: (pcm: Uint8Array, atMs: number) => void) => void;

/** Pieces that are so little apart, ms, follow each other: clocks are not that exact. */
const SAME_TIME_MS = 30;

/** A longer gap is no gap but a stall, ms: nobody listens to more silence than that at once. */
const LONGEST_GAP_MS = 10_000;

/** How much later than by the audio's own clock it is told by the wall's that nothing comes at all, ms. */
const NO_AUDIO_AFTER_MS = 1000;

/** What was told while nobody listened. */
class Events {
  #listener: ((event: AnswererEvent) => void) | undefined;
  #untold: AnswererEvent[] = [];

  listen(listener: (event: AnswererEvent) => void): void {
    this.#listener = listener;
    for (const event of this.#untold.splice(0)) listener(event);
  }

  tell(event: AnswererEvent): void {
    if (this.#listener) this.#listener(event);
    else this.#untold.push(event);
  }
}

export interface SoundWatchOptions {
  readonly clock: Clock;
  readonly tap: Tap;
  /** Of what is tapped: 8000 or 16000. */
  readonly sampleRateHz: number;
}

/** By the sound. Throws AUDIO_INVALID for a rate that voice cannot be told at. */
export class SoundWatch implements AnswererWatch {
  readonly #clock: Clock;
  readonly #sampleRateHz: number;
  readonly #detector: AnswererDetector;
  readonly #events = new Events();
  readonly #cancelNoAudio: () => void;
  #heardUntilMs: number;
  #closed = false;

  constructor({ clock, tap, sampleRateHz }: SoundWatchOptions) {
    this.#clock = clock;
    this.#sampleRateHz = sampleRateHz;
    this.#heardUntilMs = clock.nowMs();
    this.#detector = new AnswererDetector({ sampleRateHz, answeredAtMs: this.#heardUntilMs });
    this.#cancelNoAudio = clock.after(ANSWERER_DEFAULTS.silenceMs + NO_AUDIO_AFTER_MS, () =>
      this.#hearSilence(),
    );
    tap((pcm, atMs) => this.#hear(pcm, atMs));
  }

  listen(listener: (event: AnswererEvent) => void): void {
    this.#events.listen(listener);
  }

  words(text: string): void {
    for (const event of this.#detector.words(text)) this.#events.tell(event);
  }

  speechStarted(): void {
    // It hears that itself, and beeps as well.
  }

  speechStopped(): void {
    // As above.
  }

  close(): void {
    this.#closed = true;
    this.#cancelNoAudio();
    this.#detector.close();
  }

  #hear(pcm: Uint8Array, atMs: number): void {
    if (this.#closed) return;
    const gapMs = Math.min(atMs - this.#heardUntilMs, LONGEST_GAP_MS);
    if (gapMs > SAME_TIME_MS) this.#add(new Uint8Array(msToBytes(gapMs, this.#sampleRateHz)));
    this.#add(pcm);
    this.#heardUntilMs = atMs + bytesToMs(pcm.byteLength, this.#sampleRateHz);
  }

  /** A far end that sends nothing until it speaks has been silent as well. */
  #hearSilence(): void {
    const nowMs = this.#clock.nowMs();
    const missingMs = nowMs - this.#heardUntilMs;
    if (missingMs < NO_AUDIO_AFTER_MS) return;
    this.#add(new Uint8Array(msToBytes(Math.min(missingMs, LONGEST_GAP_MS), this.#sampleRateHz)));
    this.#heardUntilMs = nowMs;
  }

  #add(pcm: Uint8Array): void {
    for (const event of this.#detector.hear(pcm)) this.#events.tell(event);
  }
}

/** How often it is looked how long somebody has been speaking or silent, ms: nobody notices so much. */
const LOOK_EVERY_MS = 50;

/** By when the line says that somebody speaks. A beep is heard as speech: a message begins when the machine has been silent for long. */
export class EdgeWatch implements AnswererWatch {
  readonly #clock: Clock;
  readonly #judge: AnswererJudge;
  readonly #events = new Events();
  #cancelLook: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#judge = new AnswererJudge(clock.nowMs(), { shortAgainMs: 0 });
    this.#lookLater();
  }

  listen(listener: (event: AnswererEvent) => void): void {
    this.#events.listen(listener);
  }

  words(text: string): void {
    this.#tell(this.#judge.words(text));
  }

  speechStarted(atMs: number): void {
    this.#judge.voice({ kind: 'started', atMs });
  }

  speechStopped(endedAtMs: number): void {
    this.#judge.voice({ kind: 'stopped', endedAtMs });
  }

  close(): void {
    this.#cancelLook();
  }

  #lookLater(): void {
    this.#cancelLook = this.#clock.after(LOOK_EVERY_MS, () => {
      if (!this.#judge.isOver) this.#lookLater();
      this.#tell(this.#judge.at(this.#clock.nowMs()));
    });
  }

  #tell(event: AnswererEvent | undefined): void {
    if (event) this.#events.tell(event);
  }
}
