/**
 * The recognizer of a recorded call. The caller says the same, whatever the bot does; so what was understood is known by what it was said
 * with, also where other settings cut the caller's speech into other utterances.
 */
import type {
  RecognitionEvent,
  RecognitionRequest,
  Recognizer,
} from '../../speech/recognition/recognizer.ts';
import { childOf } from '../../base/abort.ts';
import { unlessAborted } from '../../base/async.ts';
import type { RecordedCall, RecordedUtterance } from '../bundle/recorded-call.ts';
import { spokenUtterances } from './recorded-speech.ts';
import type { SpokenUtterance } from './recorded-speech.ts';
import { droppedAsRecorded, endAsRecorded } from './recorded-end.ts';
import { ReplayedAudio } from './replayed-hearing.ts';
import type { HeardSoFar } from './replayed-hearing.ts';
import type { TapeTime } from './tape-time.ts';
import type { Unanswered } from './unanswered.ts';

/** What of the present capture has been told. */
interface Told {
  finals: number;
  text: string;
}

interface Telling {
  readonly capture: OpenCapture;
  readonly told: Told;
  readonly signal: AbortSignal;
  /** Resolves with true when the caller says more before the capture ends: the next utterance belongs to it as well. Else with false then. */
  readonly goesOn: () => Promise<boolean>;
}

export class ReplayedRecognizer implements Recognizer {
  readonly name = 'recorded';
  readonly #time: TapeTime;
  readonly #hearing: RecordedCall['line']['hearing'];
  readonly #spoken: readonly SpokenUtterance[];
  readonly #unanswered: Unanswered;
  /** Of utterances that were cut: what the capture before has told already. */
  readonly #cut = new Map<RecordedUtterance, string>();

  constructor(time: TapeTime, call: RecordedCall, unanswered: Unanswered) {
    this.#time = time;
    this.#hearing = call.line.hearing;
    this.#spoken = spokenUtterances(call);
    this.#unanswered = unanswered;
  }

  async *recognize(
    audio: AsyncIterable<Uint8Array>,
    { language }: RecognitionRequest,
    signal: AbortSignal,
  ): AsyncIterable<RecognitionEvent> {
    if (!(audio instanceof ReplayedAudio))
      throw this.#unanswered.error('asr', 'Other speech was to be recognised.');
    const capture = new OpenCapture(audio, this.#time);
    let spoken = this.#at(audio.began, language);
    if (!spoken)
      throw this.#unanswered.error(
        'asr',
        `Speech ${at(audio.began.atMs)} was to be recognised as ${language}.`,
      );
    for (let next = this.#after(spoken); ; next = this.#after(spoken)) {
      const told: Told = { finals: capture.finals, text: '' };
      const goesOn = () => (next ? capture.lastsUntil(this.#beginsAtMs(next), signal) : capture.over(signal));
      yield* this.#utterance(spoken, { capture, told, signal, goesOn });
      capture.finals = told.finals;
      if (!next || !(await goesOn())) return;
      spoken = next;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async *#utterance(
    spoken: SpokenUtterance,
    { capture, told, signal, goesOn }: Telling,
  ): AsyncGenerator<RecognitionEvent, void> {
    const { utterance } = spoken;
    const firstFinal = told.finals;
    const { end, finishedAtMs = Infinity } = utterance;
    for (const { atMs, event } of utterance.events) {
      if (capture.beganLater(spoken, atMs)) continue;
      const isInTime = atMs < finishedAtMs ? await capture.lastsUntil(atMs, signal) : await goesOn();
      if (!isInTime && this.#isCut(spoken, capture)) return yield* this.#cutShort(utterance, capture, told);
      if (!isInTime) await this.#time.until(capture.shifted(atMs, utterance), signal);
      yield this.#told(event, { utterance, told, firstFinal });
    }
    if (await goesOn()) return;
    if (this.#isCut(spoken, capture)) return yield* this.#cutShort(utterance, capture, told);
    const shiftMs = capture.shifted(end.atMs, utterance) - end.atMs;
    const replaying = { time: this.#time, shiftMs, signal };
    // Who was not made to drop it, and waits on, has what had been understood by then.
    if (end.kind === 'dropped' && told.text !== '') return droppedAsRecorded(end, replaying);
    await endAsRecorded(end, replaying, () =>
      this.#unanswered.error('asr', `Nobody waited for what was said ${at(utterance.fromMs)}.`),
    );
  }

  /** The capture ended while the caller still spoke: what was understood by then is all that it holds. */
  *#cutShort(
    utterance: RecordedUtterance,
    capture: OpenCapture,
    { text }: Told,
  ): Generator<RecognitionEvent, void> {
    if (text === '')
      throw this.#unanswered.error(
        'asr',
        `Speech ${at(capture.began.atMs)} was to be recognised only in part.`,
      );
    this.#cut.set(utterance, [this.#cut.get(utterance), text].filter(Boolean).join(' '));
    yield { kind: 'final', text };
  }

  #told(
    event: RecordedUtterance['events'][number]['event'],
    { utterance, told, firstFinal }: { utterance: RecordedUtterance; told: Told; firstFinal: number },
  ): RecognitionEvent {
    if (event.kind === 'refined') return { ...event, index: event.index + firstFinal };
    if (event.kind === 'endOfUtterance') return event;
    const before = this.#cut.get(utterance) ?? '';
    const text = event.text.startsWith(before) ? event.text.slice(before.length).trim() : event.text;
    told.text = text;
    if (event.kind === 'final') told.finals++;
    return { ...event, text };
  }

  /** Speech of the utterance comes after the end of the capture. */
  #isCut({ heardByItsEnd }: SpokenUtterance, { ended }: OpenCapture): boolean {
    return this.#hearing
      .slice(ended?.events ?? Infinity, heardByItsEnd)
      .some(({ kind }) => kind === 'speechStarted');
  }

  /** The utterance that began with the same speech, or was going on then. */
  #at({ events }: HeardSoFar, language: string): SpokenUtterance | undefined {
    const speech = events - 1;
    if (this.#hearing[speech]?.kind !== 'speechStarted') return undefined;
    const inLanguage = this.#spoken.filter(({ utterance }) => utterance.language === language);
    return (
      inLanguage.find(({ beganWith }) => beganWith === speech) ??
      inLanguage.findLast(({ beganWith, heardByItsEnd }) => beganWith < speech && heardByItsEnd > speech)
    );
  }

  #after(spoken: SpokenUtterance): SpokenUtterance | undefined {
    return this.#spoken[this.#spoken.indexOf(spoken) + 1];
  }

  #beginsAtMs({ beganWith, utterance }: SpokenUtterance): number {
    return this.#hearing[beganWith]?.atMs ?? utterance.beganAtMs;
  }
}

/** A capture while it is read: it lasts until the call says that the utterance has ended. */
class OpenCapture {
  readonly began: HeardSoFar;
  /** How many finals it has had. */
  finals = 0;
  ended: HeardSoFar | undefined;
  readonly #ended: Promise<void>;
  readonly #time: TapeTime;

  constructor(audio: ReplayedAudio, time: TapeTime) {
    this.began = audio.began;
    this.#time = time;
    this.#ended = audio.finished.then((ended) => void (this.ended = ended));
  }

  get #endedAtMs(): number {
    return this.ended?.atMs ?? Infinity;
  }

  /** It began in the middle of the utterance, after this was told: somebody else has been told of it. */
  beganLater({ beganWith }: SpokenUtterance, tapeMs: number): boolean {
    return beganWith < this.began.events - 1 && tapeMs < this.began.atMs;
  }

  /** Resolves then with true, or with false as soon as the capture has ended before. Rejects with the signal's reason. */
  async lastsUntil(tapeMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.#endedAtMs < tapeMs) return false;
    const waiting = childOf(signal);
    const then = this.#time.until(tapeMs, waiting.signal);
    await Promise.race([then.catch(() => undefined), this.#ended]);
    waiting.abort(new Error('the capture has ended'));
    signal.throwIfAborted();
    return this.#endedAtMs >= tapeMs;
  }

  /** Resolves with false, when it has ended. */
  async over(signal: AbortSignal): Promise<false> {
    await unlessAborted(this.#ended, signal);
    return false;
  }

  /** When something is told that was told at `tapeMs`: what followed the end of the utterance follows the end of the capture. */
  shifted(tapeMs: number, { finishedAtMs }: RecordedUtterance): number {
    if (finishedAtMs === undefined || tapeMs < finishedAtMs) return tapeMs;
    return this.#endedAtMs + tapeMs - finishedAtMs;
  }
}

function at(tapeMs: number): string {
  return `at ${(tapeMs / 1000).toFixed(1)} s`;
}
