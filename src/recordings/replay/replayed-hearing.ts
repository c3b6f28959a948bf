/** The caller of a recorded call, heard again: the line's events at their times, and captures out of the recorded audio. */
import { deferred } from '../../base/async.ts';
import { sleep } from '../../base/clock.ts';
import type { CancelTimer } from '../../base/clock.ts';
import { slice } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';
import type { RecordedCall, RecordedHearingEvent } from '../bundle/recorded-call.ts';
import type { Capture, Hearing, HearingListener } from '../../telephony/line.ts';
import type { TapeTime } from './tape-time.ts';

/** How much audio a capture yields at once, ms, as packets come. */
const PIECE_MS = 20;

/** The audio of a capture, as it comes; a recorded recognizer knows by it which part of the call is meant. */
export class ReplayedAudio implements AsyncIterable<Uint8Array> {
  /** When the capture was begun. */
  readonly beganAtMs: number;
  readonly #finished = deferred<number>();
  readonly #over = new AbortController();
  readonly #pieces: (over: AbortSignal) => AsyncIterable<Uint8Array>;

  constructor(beganAtMs: number, pieces: (over: AbortSignal) => AsyncIterable<Uint8Array>) {
    this.beganAtMs = beganAtMs;
    this.#pieces = pieces;
  }

  /** Resolves with the time at which the capture ended. */
  get finished(): Promise<number> {
    return this.#finished.promise;
  }

  finish(atMs: number): void {
    this.#finished.resolve(atMs);
    this.#over.abort(new Error('the capture has ended'));
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#pieces(this.#over.signal)[Symbol.asyncIterator]();
  }
}

export class ReplayedHearing implements Hearing {
  readonly detectionSilenceMs: number;
  readonly #time: TapeTime;
  readonly #caller: Pcm;
  readonly #timers: readonly CancelTimer[];
  #listener: HearingListener | undefined;
  #speechStartedAtMs = 0;

  constructor(time: TapeTime, { line }: RecordedCall, caller: Pcm) {
    this.#time = time;
    this.#caller = caller;
    this.detectionSilenceMs = line.detectionSilenceMs;
    this.#timers = line.hearing.map((event) => time.at(event.atMs, () => this.#tell(event)));
  }

  listen(listener: HearingListener): void {
    this.#listener = listener;
  }

  capture(preRollMs: number): Capture {
    const fromMs = this.#speechStartedAtMs - preRollMs;
    const audio = new ReplayedAudio(this.#time.nowMs, (over) => this.#pieces(fromMs, over));
    const finish = () => audio.finish(this.#time.nowMs);
    const { sampleRateHz } = this.#caller;
    return { sampleRateHz, fromMs: this.#time.onClock(fromMs), audio, finish, discard: finish };
  }

  close(): void {
    for (const cancel of this.#timers) cancel();
  }

  #tell(event: RecordedHearingEvent): void {
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
        return this.#listener?.digit(event.digit);
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
