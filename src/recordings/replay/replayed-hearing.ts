/** The caller of a recorded call, heard again: the line's events at their times, and captures out of the recorded audio. */
import { deferred } from '../../base/async.ts';
import { sleep } from '../../base/clock.ts';
import type { CancelTimer } from '../../base/clock.ts';
import { slice } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import type { RecordedCall, RecordedHearingEvent } from '../bundle/recorded-call.ts';
import type { Capture, Hearing, HearingListener } from '../../telephony/line.ts';
import { SAME_TIME_MS } from './tape-time.ts';
import type { TapeTime } from './tape-time.ts';

/** Audio that is late stays so for a while, ms: a stall of the network, or of a machine. */
const AS_LATE_FOR_MS = 500;

/** How much audio a capture yields at once, ms, as packets come. */
const PIECE_MS = 20;

/**
 * A moment of the call as the caller makes it: so many of the line's events had been told. Times differ from run to run, by as much as a
 * machine is busy; this does not.
 */
export interface HeardSoFar {
  readonly events: number;
  readonly atMs: number;
}

/** The audio of a capture, as it comes; a recorded recognizer knows by it which part of the call is meant. */
export class ReplayedAudio implements AsyncIterable<Uint8Array> {
  /** When the capture was begun. */
  readonly began: HeardSoFar;
  readonly #finished = deferred<HeardSoFar>();
  readonly #over = new AbortController();
  readonly #pieces: (over: AbortSignal) => AsyncIterable<Uint8Array>;

  constructor(began: HeardSoFar, pieces: (over: AbortSignal) => AsyncIterable<Uint8Array>) {
    this.began = began;
    this.#pieces = pieces;
  }

  /** Resolves when the capture has ended, with that moment. */
  get finished(): Promise<HeardSoFar> {
    return this.#finished.promise;
  }

  finish(ended: HeardSoFar): void {
    this.#finished.resolve(ended);
    this.#over.abort(new Error('the capture has ended'));
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#pieces(this.#over.signal)[Symbol.asyncIterator]();
  }
}

/** A key that nobody may know. */
const MASKED_DIGIT = '•';

/** As good as any in its place; not the one that asks for a person. */
const ANY_DIGIT = '1';

export class ReplayedHearing implements Hearing {
  readonly detectionSilenceMs: number;
  readonly #time: TapeTime;
  readonly #caller: Pcm;
  readonly #heardUntil: RecordedCall['line']['heardUntil'];
  readonly #timers: readonly CancelTimer[];
  #listener: HearingListener | undefined;
  #speechStartedAtMs = 0;
  #told = 0;

  constructor(time: TapeTime, { line }: RecordedCall, caller: Pcm) {
    this.#time = time;
    this.#caller = caller;
    this.#heardUntil = line.heardUntil;
    this.detectionSilenceMs = line.detectionSilenceMs;
    this.#timers = line.hearing.map((event) => time.at(event.atMs, () => this.#tell(event)));
  }

  /** As late as it was, where it was asked then; what nobody asked for was in time. */
  get heardUntilMs(): number {
    const { nowMs } = this.#time;
    const asked = this.#heardUntil.findLast(({ atMs }) => atMs <= nowMs + SAME_TIME_MS);
    if (!asked || nowMs - asked.atMs > AS_LATE_FOR_MS) return Infinity;
    return this.#time.onClock(asked.untilMs + Math.max(0, nowMs - asked.atMs));
  }

  listen(listener: HearingListener): void {
    this.#listener = listener;
  }

  capture(preRollMs: number): Capture {
    const fromMs = this.#speechStartedAtMs - preRollMs;
    const audio = new ReplayedAudio(this.#soFar, (over) => this.#pieces(fromMs, over));
    const finish = () => audio.finish(this.#soFar);
    const { sampleRateHz } = this.#caller;
    return { sampleRateHz, fromMs: this.#time.onClock(fromMs), audio, finish, discard: finish };
  }

  close(): void {
    for (const cancel of this.#timers) cancel();
  }

  get #soFar(): HeardSoFar {
    return { events: this.#told, atMs: this.#time.nowMs };
  }

  #tell(event: RecordedHearingEvent): void {
    this.#told++;
    const at = (tapeMs: number) => this.#time.onClock(tapeMs);
    switch (event.kind) {
      case 'soundStarted':
        return this.#listener?.soundStarted?.(at(event.startedAtMs));
      case 'speechStarted':
        this.#speechStartedAtMs = event.startedAtMs;
        return this.#listener?.speechStarted(at(event.startedAtMs));
      case 'speechStopped':
        return this.#listener?.speechStopped(at(event.startedAtMs), at(event.endedAtMs));
      case 'digit':
        return this.#listener?.digit(event.digit === MASKED_DIGIT ? ANY_DIGIT : event.digit);
      case 'held':
        return this.#listener?.held?.();
      case 'unheld':
        return this.#listener?.unheld?.();
      case 'silent':
        return this.#listener?.silent?.();
    }
  }

  async *#pieces(fromMs: number, over: AbortSignal): AsyncIterable<Uint8Array> {
    for (let atMs = fromMs; ;) {
      const toMs = this.#time.nowMs;
      yield slice(this.#caller, atMs, toMs).data;
      atMs = toMs;
      if (over.aborted) return;
      await sleep(this.#time.clock, PIECE_MS, over).catch(() => undefined);
    }
  }
}
