/**
 * The recognizer of a recorded call. The caller says the same at the same time, whatever the bot does; so what was understood is known
 * by when it was said, also where other settings cut the caller's speech into other utterances.
 */
import type {
  RecognitionEvent,
  RecognitionRequest,
  Recognizer,
} from '../../speech/recognition/recognizer.ts';
import { unlessAborted } from '../../base/async.ts';
import type { RecordedCall, RecordedUtterance } from '../bundle/recorded-call.ts';
import { endAsRecorded } from './recorded-end.ts';
import { ReplayedAudio } from './replayed-hearing.ts';
import type { TapeTime } from './tape-time.ts';
import type { Unanswered } from './unanswered.ts';

/** By how much the same capture may begin or end at another time than it did, ms. */
const SAME_MOMENT_MS = 5;

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
  readonly #call: RecordedCall;
  readonly #unanswered: Unanswered;
  /** Of utterances that were cut: what the capture before has told already. */
  readonly #cut = new Map<RecordedUtterance, string>();

  constructor(time: TapeTime, call: RecordedCall, unanswered: Unanswered) {
    this.#time = time;
    this.#call = call;
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
    let utterance = this.#at(audio.beganAtMs, language);
    if (!utterance)
      throw this.#unanswered.error(
        'asr',
        `Speech ${at(audio.beganAtMs)} was to be recognised as ${language}.`,
      );
    for (let next = this.#after(utterance); ; next = this.#after(utterance)) {
      const told: Told = { finals: capture.finals, text: '' };
      const goesOn = () => (next ? capture.lastsUntil(next.beganAtMs, signal) : capture.over(signal));
      yield* this.#utterance(utterance, { capture, told, signal, goesOn });
      capture.finals = told.finals;
      if (!next || !(await goesOn())) return;
      utterance = next;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async *#utterance(
    utterance: RecordedUtterance,
    { capture, told, signal, goesOn }: Telling,
  ): AsyncGenerator<RecognitionEvent, void> {
    const firstFinal = told.finals;
    const { end, finishedAtMs = Infinity } = utterance;
    for (const { atMs, event } of utterance.events) {
      if (atMs < capture.beganAtMs) continue;
      const isInTime = atMs < finishedAtMs ? await capture.lastsUntil(atMs, signal) : await goesOn();
      if (!isInTime && this.#isCut(utterance, capture))
        return yield* this.#cutShort(utterance, capture, told);
      if (!isInTime) await this.#time.until(capture.shifted(atMs, utterance), signal);
      yield this.#told(event, { utterance, told, firstFinal });
    }
    if (await goesOn()) return;
    if (this.#isCut(utterance, capture)) return yield* this.#cutShort(utterance, capture, told);
    if (end.kind === 'dropped' && told.text !== '') return;
    const shiftMs = capture.shifted(end.atMs, utterance) - end.atMs;
    await endAsRecorded(end, { time: this.#time, shiftMs, signal }, () =>
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
        `Speech ${at(capture.beganAtMs)} was to be recognised only in part.`,
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
  #isCut({ finishedAtMs = Infinity, end }: RecordedUtterance, { endedAtMs }: OpenCapture): boolean {
    const untilMs = Math.min(finishedAtMs, end.atMs);
    return this.#call.line.hearing.some(
      ({ kind, atMs }) =>
        kind === 'speechStarted' && atMs > endedAtMs + SAME_MOMENT_MS && atMs < untilMs - SAME_MOMENT_MS,
    );
  }

  /** The utterance that began then, or was going on. */
  #at(beganAtMs: number, language: string): RecordedUtterance | undefined {
    const utterances = this.#call.utterances.filter((one) => one.language === language);
    const began = utterances.find((one) => Math.abs(one.beganAtMs - beganAtMs) <= SAME_MOMENT_MS);
    if (began) return began;
    return utterances.findLast(
      (one) => one.beganAtMs < beganAtMs && (one.finishedAtMs ?? one.end.atMs) > beganAtMs,
    );
  }

  #after(utterance: RecordedUtterance): RecordedUtterance | undefined {
    return this.#call.utterances[this.#call.utterances.indexOf(utterance) + 1];
  }
}

/** A capture while it is read: it lasts until the call says that the utterance has ended. */
class OpenCapture {
  readonly beganAtMs: number;
  /** How many finals it has had. */
  finals = 0;
  endedAtMs = Infinity;
  readonly #ended: Promise<void>;
  readonly #time: TapeTime;

  constructor(audio: ReplayedAudio, time: TapeTime) {
    this.beganAtMs = audio.beganAtMs - SAME_MOMENT_MS;
    this.#time = time;
    this.#ended = audio.finished.then((atMs) => void (this.endedAtMs = atMs));
  }

  /** Resolves then with true, or with false as soon as the capture has ended before. Rejects with the signal's reason. */
  async lastsUntil(tapeMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.endedAtMs < tapeMs) return false;
    const waiting = new AbortController();
    const then = this.#time.until(tapeMs, AbortSignal.any([signal, waiting.signal]));
    await Promise.race([then.catch(() => undefined), this.#ended]);
    waiting.abort(new Error('the capture has ended'));
    signal.throwIfAborted();
    return this.endedAtMs >= tapeMs;
  }

  /** Resolves with false, when it has ended. */
  async over(signal: AbortSignal): Promise<false> {
    await unlessAborted(this.#ended, signal);
    return false;
  }

  /** When something is told that was told at `tapeMs`: what followed the end of the utterance follows the end of the capture. */
  shifted(tapeMs: number, { finishedAtMs }: RecordedUtterance): number {
    if (finishedAtMs === undefined || tapeMs < finishedAtMs) return tapeMs;
    return this.endedAtMs + tapeMs - finishedAtMs;
  }
}

function at(tapeMs: number): string {
  return `at ${(tapeMs / 1000).toFixed(1)} s`;
}
