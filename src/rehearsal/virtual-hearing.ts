/**
 * What the bot hears of a caller who is not there: speech that begins and ends on the clock, and a recognizer that understands it word by
 * word, a little later, as a streaming one does.
 */
import { AsyncQueue } from '../base/async.ts';
import { sleep } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { RecognitionEvent, Recognizer } from '../speech/recognition/recognizer.ts';
import type { Capture, Hearing, HearingListener } from '../telephony/line.ts';
import { spokenMs } from './virtual-speech.ts';

const RATE_HZ = 8000;

/** From a word's end until it is understood, ms. */
const WORD_KNOWN_AFTER_MS = 150;

/** From the last word until it is known that nothing more follows and what it all was, ms. */
const FINAL_AFTER_MS = 250;

export interface Utterance {
  /** How long it is to say, and what is understood of it. */
  readonly text: string;
  /** '' for what nobody can understand; `text` if not given. */
  readonly heardAs?: string;
}

/** One capture, from its beginning to its end. */
interface Session {
  readonly events: AsyncQueue<RecognitionEvent>;
  /** What was said and is not understood yet. */
  awaited: number;
  isFinished: boolean;
}

export class VirtualHearing implements Hearing, Recognizer {
  readonly name = 'rehearsal';
  readonly detectionSilenceMs = 200;
  readonly #clock: Clock;
  readonly #ended: AbortSignal;
  #listener: HearingListener | undefined;
  #session: Session | undefined;
  readonly #sessions = new Map<AsyncIterable<Uint8Array>, Session>();

  /** After `ended` nothing more is heard. */
  constructor(clock: Clock, ended: AbortSignal) {
    this.#clock = clock;
    this.#ended = ended;
  }

  listen(listener: HearingListener): void {
    this.#listener = listener;
  }

  capture(): Capture {
    const session: Session = { events: new AsyncQueue(), awaited: 0, isFinished: false };
    const audio = new AsyncQueue<Uint8Array>();
    this.#session = session;
    this.#sessions.set(audio, session);
    const end = () => {
      audio.end();
      session.isFinished = true;
      if (session.awaited === 0) session.events.end();
    };
    const fromMs = this.#clock.nowMs();
    const discard = () => {
      end();
      session.events.end();
    };
    return { sampleRateHz: RATE_HZ, fromMs, audio, finish: end, discard };
  }

  recognize(audio: AsyncIterable<Uint8Array>): AsyncIterable<RecognitionEvent> {
    const session = this.#sessions.get(audio);
    if (!session) throw new RangeError('It was captured elsewhere.');
    this.#sessions.delete(audio);
    return session.events;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The caller says this, from now on. Resolves when the last sound is out. Rejects with the reason for which the line has ended. */
  async say({ text, heardAs = text }: Utterance): Promise<void> {
    const clock = this.#clock;
    const startedAtMs = clock.nowMs();
    this.#listener?.speechStarted(startedAtMs);
    const session = this.#session;
    if (session) session.awaited++;
    let soFar = '';
    const words = heardAs.split(/\s+/).filter(Boolean);
    const wordMs = spokenMs(text) / Math.max(1, words.length);
    // What cannot be understood takes its time all the same.
    for (const word of words.length > 0 ? words : [undefined]) {
      await sleep(clock, wordMs, this.#ended);
      if (word === undefined) continue;
      soFar = `${soFar} ${word}`.trim();
      const partial = soFar;
      clock.after(WORD_KNOWN_AFTER_MS, () => session?.events.push({ kind: 'partial', text: partial }));
    }
    const endedAtMs = clock.nowMs();
    clock.after(this.detectionSilenceMs, () => this.#listener?.speechStopped(startedAtMs, endedAtMs));
    clock.after(FINAL_AFTER_MS, () => this.#understood(session, heardAs));
  }

  async press(key: string): Promise<void> {
    this.#ended.throwIfAborted();
    this.#listener?.digit(key);
    await sleep(this.#clock, BETWEEN_KEYS_MS, this.#ended);
  }

  #understood(session: Session | undefined, text: string): void {
    if (!session) return;
    session.awaited--;
    if (text !== '') session.events.push({ kind: 'final', text });
    if (session.isFinished && session.awaited === 0) session.events.end();
  }
}

/** A thumb that knows the number, ms. */
const BETWEEN_KEYS_MS = 300;
