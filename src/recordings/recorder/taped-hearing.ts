/** A line's ear that notes on a call's tape what it told, and what was captured. */
import { bytesToMs } from '../../audio/pcm.ts';
import type { AudioListener, Capture, Hearing } from '../../telephony/line.ts';
import { UNDER_WAY } from './call-tape.ts';
import type { CallTape, Growing } from './call-tape.ts';
import type { RecordedUtterance } from '../bundle/recorded-call.ts';

/** Told of everything that the caller said, with its time on the tape. */
export type HeardAudio = (pcm: Uint8Array, atMs: number) => void;

interface Captured {
  readonly fromMs: number;
  finishedAtMs?: number;
  note?: Growing<RecordedUtterance>;
}

/** Which recognition belongs to which capture: both are told of the same audio. */
export class TapedCaptures {
  readonly #tape: CallTape;
  readonly #byAudio = new WeakMap<AsyncIterable<Uint8Array>, Captured>();

  constructor(tape: CallTape) {
    this.#tape = tape;
  }

  add(capture: Capture, audio: AsyncIterable<Uint8Array>): Capture {
    const captured: Captured = { fromMs: this.#tape.at(capture.fromMs) };
    this.#byAudio.set(audio, captured);
    return {
      sampleRateHz: capture.sampleRateHz,
      fromMs: capture.fromMs,
      audio,
      finish: () => {
        captured.finishedAtMs = this.#tape.causeAtMs;
        if (captured.note) captured.note.finishedAtMs = captured.finishedAtMs;
        capture.finish();
      },
      discard: () => capture.discard(),
    };
  }

  /** Begins the note of what is recognised in this audio. */
  noteOf(audio: AsyncIterable<Uint8Array>, language: string): Growing<RecordedUtterance> {
    const captured = this.#byAudio.get(audio);
    const { causeAtMs, hearing } = this.#tape;
    const heardAt = hearing.findLastIndex(({ kind }) => kind === 'speechStarted');
    const note: Growing<RecordedUtterance> = {
      fromMs: captured?.fromMs ?? causeAtMs,
      beganAtMs: causeAtMs,
      ...(heardAt >= 0 && { heardAt }),
      ...(captured?.finishedAtMs !== undefined && { finishedAtMs: captured.finishedAtMs }),
      language,
      events: [],
      end: UNDER_WAY,
    };
    if (captured) captured.note = note;
    this.#tape.utterances.push(note);
    return note;
  }
}

export interface TapedHearingOptions {
  readonly captures: TapedCaptures;
  /** Undefined where somebody else tells of it. */
  readonly heard: HeardAudio | undefined;
  /** What may be kept of a key; all, if not given. */
  readonly digit?: (digit: string) => string;
}

export function tapedHearing(
  inner: Hearing,
  tape: CallTape,
  { captures, digit: shown = (digit) => digit, heard }: TapedHearingOptions,
): Hearing {
  if (heard) inner.tap?.((pcm, atMs) => heard(pcm, tape.at(atMs)));
  /** Of a line that has no tap: what is captured is all that can be listened to. */
  const listeners: AudioListener[] = [];
  const overhear: AudioListener = (pcm, atMs) => {
    heard?.(pcm, tape.at(atMs));
    for (const listener of listeners) listener(pcm, atMs);
  };
  return {
    detectionSilenceMs: inner.detectionSilenceMs,
    tap: (listener) => (inner.tap ? inner.tap(listener) : void listeners.push(listener)),
    get heardUntilMs() {
      const untilMs = inner.heardUntilMs ?? Infinity;
      if (untilMs !== Infinity) tape.heardUntil.push({ atMs: tape.causeAtMs, untilMs: tape.at(untilMs) });
      return untilMs;
    },
    ...(inner.awaited && { awaited: (wanted) => inner.awaited?.(wanted) }),
    listen: (listener) =>
      inner.listen({
        soundStarted(atMs) {
          tape.hearing.push({ kind: 'soundStarted', atMs: tape.happens(), startedAtMs: tape.at(atMs) });
          listener.soundStarted?.(atMs);
        },
        speechStarted(atMs) {
          tape.hearing.push({ kind: 'speechStarted', atMs: tape.happens(), startedAtMs: tape.at(atMs) });
          listener.speechStarted(atMs);
        },
        speechStopped(startedAtMs, endedAtMs) {
          const times = { startedAtMs: tape.at(startedAtMs), endedAtMs: tape.at(endedAtMs) };
          tape.hearing.push({ kind: 'speechStopped', atMs: tape.happens(), ...times });
          listener.speechStopped(startedAtMs, endedAtMs);
        },
        digit(digit) {
          tape.hearing.push({ kind: 'digit', atMs: tape.happens(), digit: shown(digit) });
          listener.digit(digit);
        },
        held() {
          tape.hearing.push({ kind: 'held', atMs: tape.happens() });
          listener.held?.();
        },
        unheld() {
          tape.hearing.push({ kind: 'unheld', atMs: tape.happens() });
          listener.unheld?.();
        },
        silent() {
          tape.hearing.push({ kind: 'silent', atMs: tape.happens() });
          listener.silent?.();
        },
      }),
    capture(preRollMs) {
      const capture = inner.capture(preRollMs);
      const audio = inner.tap ? capture.audio : overheard(capture, overhear);
      return captures.add(capture, audio);
    },
  };
}

/** The audio of a capture, told of as it is read. */
async function* overheard(
  { audio, fromMs, sampleRateHz }: Capture,
  heard: (pcm: Uint8Array, atMs: number) => void,
): AsyncIterable<Uint8Array> {
  let atMs = fromMs;
  for await (const pcm of audio) {
    heard(pcm, atMs);
    atMs += bytesToMs(pcm.byteLength, sampleRateHz);
    yield pcm;
  }
}
