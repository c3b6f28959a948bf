/** What a caller holds to mouth and ear: it speaks clips frame by frame, and keeps everything that it hears. The network is the heir's. */
import { concatBytes, silence, toSamples, type Pcm } from '../../audio/pcm.ts';
import { isSound } from '../phone/hear.ts';
import type { DialOptions, PhoneCall, Span, Track } from '../phone/phone.ts';
import {
  FRAME_MS,
  FRAME_SAMPLES,
  frameOf,
  joinFrames,
  NOTHING,
  SAMPLE_RATE_HZ,
  SILENCE,
  type Frame,
} from './asterisk/frames.ts';

/** As long as Asterisk says that a digit is. */
const DIGIT_MS = 100;

/** Something to say: samples, or the silence during which a digit goes out. */
interface Clip {
  readonly samples: Int16Array;
  nextFrame: number;
  startedAtMs: number;
  readonly done: (span: Span) => void;
}

export abstract class Handset implements PhoneCall {
  readonly ended: PhoneCall['ended'];
  readonly #betweenClips: Frame;
  readonly #said: Frame[] = [];
  readonly #heard: Frame[] = [];
  readonly #clips: Clip[] = [];
  #answeredAtMs: number | undefined;
  #firstFrameAtMs: number | undefined;
  #soundHeardAtMs: number | undefined;
  #hangingUp = false;
  #over = false;
  #onEnd: (end: Awaited<PhoneCall['ended']>) => void = () => undefined;

  constructor(betweenClips: DialOptions['betweenClips'] = 'silence') {
    this.#betweenClips = betweenClips === 'nothing' ? NOTHING : SILENCE;
    this.ended = new Promise((resolve) => (this.#onEnd = resolve));
  }

  /** Plays the frames that are overdue, so that what is said next comes after them. */
  protected abstract catchUp(): void;
  protected abstract pressed(digit: string, durationMs: number): void;
  /** Tells the network that this side hangs up; `finish` follows. */
  protected abstract putDown(): void;

  get answeredAtMs(): number {
    return this.#answeredAtMs ?? Number.NaN;
  }

  say(speech: Pcm): Promise<Span> {
    if (speech.sampleRateHz !== SAMPLE_RATE_HZ)
      return Promise.reject(new RangeError(`A phone speaks at ${SAMPLE_RATE_HZ} Hz.`));
    return this.#send(toSamples(speech));
  }

  async sendDigit(digit: string): Promise<void> {
    await this.#send(new Int16Array((DIGIT_MS / FRAME_MS) * FRAME_SAMPLES));
    this.pressed(digit, DIGIT_MS);
  }

  async hangup(): Promise<void> {
    this.catchUp();
    this.#hangingUp = true;
    if (!this.#over) this.putDown();
    await this.ended;
  }

  heard(): Track {
    return this.#track(this.#heard);
  }

  said(): Track {
    return this.#track(this.#said);
  }

  get soundHeardAtMs(): number | undefined {
    return this.#soundHeardAtMs;
  }

  /** Frames are handed over in memory. */
  streamQuality(): undefined {
    return undefined;
  }

  get isOver(): boolean {
    return this.#over;
  }

  answered(): void {
    this.#answeredAtMs = performance.now();
  }

  /** What it says in the frame that belongs to `atMs`. */
  speak(atMs: number): Frame {
    if (this.#answeredAtMs === undefined) return this.#betweenClips;
    this.#firstFrameAtMs ??= atMs;
    const frame = this.#nextFrame(atMs);
    this.#said.push(frame);
    return frame;
  }

  hear(frame: Frame): void {
    // Nobody listens to what comes before the answer.
    if (this.#answeredAtMs === undefined || this.#firstFrameAtMs === undefined) return;
    this.#heard.push(frame);
    if (frame !== SILENCE && frame !== NOTHING && isSound(frame)) this.#soundHeardAtMs = performance.now();
  }

  hungUp(how: 'hangup' | 'crash'): void {
    if (how === 'crash') this.finish('network');
    else this.finish(this.#hangingUp ? 'us' : 'them');
  }

  protected finish(by: 'us' | 'them' | 'network'): void {
    if (this.#over) return;
    this.#over = true;
    const atMs = performance.now();
    for (const { startedAtMs, done } of this.#clips.splice(0)) done({ startedAtMs, endedAtMs: atMs });
    this.#onEnd({ by, atMs });
  }

  /** Queues samples; resolves when the last frame has gone out, or the call is over. */
  #send(samples: Int16Array): Promise<Span> {
    this.catchUp();
    const nowMs = performance.now();
    if (this.#over || samples.length === 0) return Promise.resolve({ startedAtMs: nowMs, endedAtMs: nowMs });
    return new Promise((done) => this.#clips.push({ samples, nextFrame: 0, startedAtMs: nowMs, done }));
  }

  #nextFrame(atMs: number): Frame {
    const clip = this.#clips[0];
    if (!clip) return this.#betweenClips;
    if (clip.nextFrame === 0) clip.startedAtMs = atMs;
    const frame = frameOf(clip.samples, clip.nextFrame++);
    if (clip.nextFrame * FRAME_SAMPLES >= clip.samples.length) {
      this.#clips.shift();
      const lengthMs = (clip.samples.length / SAMPLE_RATE_HZ) * 1000;
      clip.done({ startedAtMs: clip.startedAtMs, endedAtMs: clip.startedAtMs + lengthMs });
    }
    return frame;
  }

  #track(frames: readonly Frame[]): Track {
    const startedAtMs = this.#answeredAtMs ?? performance.now();
    const untilFirst = silence((this.#firstFrameAtMs ?? startedAtMs) - startedAtMs, SAMPLE_RATE_HZ);
    return {
      startedAtMs,
      pcm: { sampleRateHz: SAMPLE_RATE_HZ, data: concatBytes([untilFirst.data, joinFrames(frames).data]) },
    };
  }
}
