/**
 * A live line's ear: the caller's voice as it arrives, with a little of what came before, so that a capture begins before the
 * detector noticed the speech; and silence where the far end sends nothing, as phones do that suppress it.
 */
import { AsyncQueue } from '../../base/async.ts';
import type { CancelTimer, Clock } from '../../base/clock.ts';
import { bytesToMs, msToBytes } from '../../audio/pcm.ts';
import type { AudioListener, Capture, Hearing, HearingListener } from '../line.ts';
import { ArrivalClock } from './arrival-clock.ts';
import { RecentAudio } from './recent-audio.ts';
import type { SpeechDetector, SpeechEdge } from '../../vad/speech-detector.ts';

/**
 * How much of the past is kept, ms: the longest pre-roll that is asked for (300), what a detector may take to notice speech (200) and
 * a second for a listener that is late.
 */
const KEPT_MS = 1500;

/**
 * Nothing came for this long, ms: the far end sends nothing while it is silent. Sooner would tell nobody anything: a detector waits as
 * long before it says that speech has stopped, and silence put between two words for packets that are merely late is there for good.
 */
const SILENT_AFTER_MS = 220;

/** Between the suspicion and the verdict, ms: where the process itself has stood still, what came meanwhile is read first. */
const SECOND_LOOK_MS = 10;

/** How close to the present silence is filled in, ms: what is only late must still have its place. */
const LATE_MS = 60;

export interface CallerAudioOptions {
  readonly clock: Clock;
  readonly sampleRateHz: number;
  readonly detector: SpeechDetector;
}

export class CallerAudio implements Hearing {
  readonly detectionSilenceMs: number;
  readonly #clock: Clock;
  readonly #sampleRateHz: number;
  readonly #detector: SpeechDetector;
  readonly #past: RecentAudio;
  #arrivals: ArrivalClock | undefined;
  #listener: HearingListener | undefined;
  #tap: AudioListener = () => undefined;
  #capture: AsyncQueue<Uint8Array> | undefined;
  #speechStartedAtMs = 0;
  #cancelWatch: CancelTimer = () => undefined;
  /** Nothing comes. */
  #silent = false;
  #closed = false;

  constructor({ clock, sampleRateHz, detector }: CallerAudioOptions) {
    this.#clock = clock;
    this.#sampleRateHz = sampleRateHz;
    this.#detector = detector;
    this.#past = new RecentAudio(msToBytes(KEPT_MS, sampleRateHz));
    this.detectionSilenceMs = detector.silenceMs;
  }

  get heardUntilMs(): number {
    return this.#arrivals?.endMs ?? this.#clock.nowMs();
  }

  listen(listener: HearingListener): void {
    this.#listener = listener;
  }

  tap(listener: AudioListener): void {
    this.#tap = listener;
  }

  capture(preRollMs: number): Capture {
    const audio = new AsyncQueue<Uint8Array>();
    const pastMs = this.heardUntilMs - (this.#speechStartedAtMs - preRollMs);
    const past = this.#past.last(msToBytes(pastMs, this.#sampleRateHz));
    audio.push(past);
    this.#capture?.end();
    this.#capture = audio;
    const close = () => {
      audio.end();
      if (this.#capture === audio) this.#capture = undefined;
    };
    const fromMs = this.heardUntilMs - this.#msOf(past);
    return { sampleRateHz: this.#sampleRateHz, fromMs, audio, finish: close, discard: close };
  }

  /** Takes PCM as it arrives. */
  arrived(pcm: Uint8Array, atMs: number): void {
    if (this.#closed) return;
    if (!this.#arrivals) {
      this.#arrivals = new ArrivalClock(atMs - this.#msOf(pcm));
      this.#watchForSilence();
    }
    if (this.#silent) this.#fillUpTo(atMs - this.#msOf(pcm));
    this.#silent = false;
    this.#hear(pcm, this.#arrivals.count(this.#msOf(pcm), atMs));
  }

  digit(digit: string): void {
    this.#listener?.digit(digit);
  }

  /** The line is gone: a capture ends with what there is. */
  close(): void {
    this.#closed = true;
    this.#cancelWatch();
    this.#detector.close();
    this.#capture?.end();
    this.#capture = undefined;
  }

  #hear(pcm: Uint8Array, atMs: number): void {
    this.#tap(pcm, atMs);
    this.#past.push(pcm);
    this.#capture?.push(pcm);
    const edge = this.#detector.hear(pcm, atMs);
    if (edge) this.#tell(edge);
  }

  #tell(edge: SpeechEdge): void {
    switch (edge.kind) {
      case 'sound':
        return this.#listener?.soundStarted?.(edge.atMs);
      case 'started':
        this.#speechStartedAtMs = edge.atMs;
        return this.#listener?.speechStarted(edge.atMs);
      case 'stopped':
        return this.#listener?.speechStopped(edge.startedAtMs, edge.endedAtMs);
    }
  }

  #watchForSilence(): void {
    this.#cancelWatch = this.#clock.after(SILENT_AFTER_MS, () => {
      this.#cancelWatch = this.#clock.after(SECOND_LOOK_MS, () => {
        this.#noticeSilence();
        this.#watchForSilence();
      });
    });
  }

  #noticeSilence(): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - (this.#arrivals?.endMs ?? nowMs) < SILENT_AFTER_MS) return;
    this.#silent = true;
    this.#fillUpTo(nowMs - LATE_MS);
  }

  #fillUpTo(atMs: number): void {
    const arrivals = this.#arrivals;
    if (!arrivals || atMs <= arrivals.endMs) return;
    const silence = new Uint8Array(msToBytes(atMs - arrivals.endMs, this.#sampleRateHz));
    this.#hear(silence, arrivals.skip(this.#msOf(silence)));
  }

  #msOf(pcm: Uint8Array): number {
    return bytesToMs(pcm.byteLength, this.#sampleRateHz);
  }
}
