/** The callers: each speaks clips into its channel, frame by frame, and keeps everything that it hears. */
import { concatBytes, silence, toSamples, type Pcm } from '../../../audio/pcm.ts';
import { systemClock } from '../../../base/clock.ts';
import { ParleyError } from '../../../base/errors.ts';
import { isSound } from '../../phone/hear.ts';
import type {
  CallablePhone,
  DialOptions,
  Phone,
  PhoneCall,
  Span,
  Track,
  WhenCalled,
} from '../../phone/phone.ts';
import type { CalledEnd, Channel, FarEnd } from './channel.ts';
import {
  FRAME_MS,
  FRAME_SAMPLES,
  frameOf,
  joinFrames,
  NOTHING,
  SAMPLE_RATE_HZ,
  SILENCE,
  type Frame,
} from './frames.ts';

/** How long a phone lets it ring before it gives up: what people and SIP phones do. */
const ANSWER_WITHIN_MS = 30_000;

/** As long as Asterisk says that a digit is. */
const DIGIT_MS = 100;

/** The switchboard as a phone sees it. */
export interface Exchange {
  /** The channel, or why there is none: `404 Not Found`. */
  ring(extension: string, callerNumber: string, far: FarEnd): Channel | string;
  hangup(channel: Channel): void;
  /** Plays the frames that are overdue, so that what is said next comes after them. */
  catchUp(): void;
}

export class CallerPhone implements Phone {
  readonly #exchange: Exchange;
  readonly #calls = new Set<CallerCall>();

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  async dial(extension: string, options: DialOptions = {}): Promise<PhoneCall> {
    const call = new CallerCall(this.#exchange, options.betweenClips === 'nothing' ? NOTHING : SILENCE);
    this.#calls.add(call);
    void call.ended.then(() => this.#calls.delete(call));
    await call.dial(extension, options.callerNumber ?? '1001', options.answerWithinMs ?? ANSWER_WITHIN_MS);
    return call;
  }

  async close(): Promise<void> {
    for (const call of this.#calls) await call.hangup();
  }
}

/** A phone that can be rung at an endpoint of its own, as often as one likes. */
export class CalledPhone extends CallerPhone implements CallablePhone {
  readonly endpoint: string;
  readonly #exchange: Exchange;
  readonly #taken = new Set<CallerCall>();
  #how: WhenCalled = 'busy';

  constructor(exchange: Exchange, endpoint: string) {
    super(exchange);
    this.#exchange = exchange;
    this.endpoint = endpoint;
  }

  whenCalled(how: WhenCalled): void {
    this.#how = how;
  }

  /** The end of one call that comes in. */
  end(channel: () => Channel): CalledEnd {
    const how = this.#how;
    const call = new CallerCall(this.#exchange, SILENCE);
    return Object.assign(call, {
      rung: ({ take, refuse }: Parameters<CalledEnd['rung']>[0]) => {
        if (how === 'ring') return;
        if (how === 'busy') return void setImmediate(refuse, 17);
        if (how === 'decline') return void setImmediate(refuse, 21);
        this.#taken.add(call);
        void call.ended.then(() => this.#taken.delete(call));
        // The exchange is told of it before it has answered the request, or behind that: both occur.
        setImmediate(() => {
          call.takeUp(channel());
          take();
          how(call);
        });
      },
    });
  }

  override async close(): Promise<void> {
    for (const call of this.#taken) await call.hangup();
    await super.close();
  }
}

/** Something to say: samples, or the silence during which a digit goes out. */
interface Clip {
  readonly samples: Int16Array;
  nextFrame: number;
  startedAtMs: number;
  readonly done: (span: Span) => void;
}

class CallerCall implements PhoneCall, FarEnd {
  readonly ended: PhoneCall['ended'];
  readonly #exchange: Exchange;
  readonly #betweenClips: Frame;
  readonly #said: Frame[] = [];
  readonly #heard: Frame[] = [];
  readonly #clips: Clip[] = [];
  #channel: Channel | undefined;
  #answeredAtMs: number | undefined;
  #firstFrameAtMs: number | undefined;
  #soundHeardAtMs: number | undefined;
  #hangingUp = false;
  #over = false;
  #onAnswer: () => void = () => undefined;
  #onEnd: (end: Awaited<PhoneCall['ended']>) => void = () => undefined;

  constructor(exchange: Exchange, betweenClips: Frame) {
    this.#exchange = exchange;
    this.#betweenClips = betweenClips;
    this.ended = new Promise((resolve) => (this.#onEnd = resolve));
  }

  get answeredAtMs(): number {
    return this.#answeredAtMs ?? Number.NaN;
  }

  /** Resolves at the answer; throws if there is none. */
  async dial(extension: string, callerNumber: string, withinMs: number): Promise<void> {
    const answered = new Promise<'answered'>((resolve) => (this.#onAnswer = () => resolve('answered')));
    const refused = this.ended.then(() => 'hung up before an answer' as const);
    let cancel = () => undefined as void;
    const late = new Promise<'no answer in time'>((resolve) => {
      cancel = systemClock.after(withinMs, () => resolve('no answer in time'));
    });
    const channel = this.#exchange.ring(extension, callerNumber, this);
    if (typeof channel === 'string') this.#finish('network');
    else this.#channel = channel;
    const outcome = typeof channel === 'string' ? channel : await Promise.race([answered, refused, late]);
    cancel();
    if (outcome === 'answered') return;
    await this.hangup();
    throw new ParleyError('DIAL_FAILED', `${extension} did not take the call: ${outcome}.`);
  }

  /** It was called, and answers. */
  takeUp(channel: Channel): void {
    this.#channel = channel;
  }

  say(speech: Pcm): Promise<Span> {
    if (speech.sampleRateHz !== SAMPLE_RATE_HZ)
      return Promise.reject(new RangeError(`A phone speaks at ${SAMPLE_RATE_HZ} Hz.`));
    return this.#send(toSamples(speech));
  }

  async sendDigit(digit: string): Promise<void> {
    await this.#send(new Int16Array((DIGIT_MS / FRAME_MS) * FRAME_SAMPLES));
    this.#channel?.pressed(digit, DIGIT_MS);
  }

  async hangup(): Promise<void> {
    this.#exchange.catchUp();
    this.#hangingUp = true;
    if (this.#channel && !this.#over) this.#exchange.hangup(this.#channel);
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

  answered(): void {
    this.#answeredAtMs = performance.now();
    this.#onAnswer();
  }

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
    if (how === 'crash') this.#finish('network');
    else this.#finish(this.#hangingUp ? 'us' : 'them');
  }

  /** Queues samples; resolves when the last frame has gone out, or the call is over. */
  #send(samples: Int16Array): Promise<Span> {
    this.#exchange.catchUp();
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

  #finish(by: 'us' | 'them' | 'network'): void {
    if (this.#over) return;
    this.#over = true;
    const atMs = performance.now();
    for (const { startedAtMs, done } of this.#clips.splice(0)) done({ startedAtMs, endedAtMs: atMs });
    this.#onEnd({ by, atMs });
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
