/** A player without a telephone: clips take the time they take, on the clock, and begin as late as those of the recorded call did. */
import { deferred } from '../../base/async.ts';
import type { Deferred } from '../../base/async.ts';
import type { CancelTimer, Clock } from '../../base/clock.ts';
import { bytesToMs } from '../../audio/pcm.ts';
import type { RecordedCall, RecordedPlayback } from '../bundle/recorded-call.ts';
import type { Clip, Playback, Played, Player } from '../../telephony/line.ts';
import { SAME_TIME_MS } from './tape-time.ts';

interface Entry {
  readonly clip: Clip;
  readonly start: Deferred<number>;
  readonly finish: Deferred<Played>;
  readonly manner: Manner;
  begun: boolean;
  /** Its beginning is to be told. */
  tell: (() => void) | undefined;
  lengthMs: number;
  /** So far, with what passed after its last sound until its end was told. */
  playedMs: number;
  isWhole: boolean;
  failed: boolean;
}

/** How a clip behaves, beside taking the time it takes. */
interface Manner {
  /** From the moment at which it could have begun until it does; negative where the end of the one before it was told late. */
  readonly delayMs: number;
  /** So long after its beginning it is told. */
  readonly toldAfterMs: number;
  /** So long after its last sound its end is told, if it is not stopped before; negative where it sounded faster than the clock. */
  readonly endToldAfterMs: number;
  /** So long after it was over by that, which was in a pause, its end is told in spite of the pause. */
  readonly endsInPauseMs: number | undefined;
  /** The telephone could not play it: that is told when it would have begun, a pause meanwhile or not. */
  readonly isUnplayable: boolean;
  /** It was heard to its end, which no stop is too early for once the last sound is over. */
  readonly isHeardOut: boolean;
  /** So long after a pause was asked for it begins in spite of that. */
  readonly beginsInPauseMs: number | undefined;
  /** So long after the stop that is told. */
  readonly stopToldAfterMs: number;
  /** So much of what was heard by the clock was not, when it is stopped. */
  readonly unheardMs: number;
}

export class ReplayedPlayer implements Player {
  readonly sampleRateHz: number;
  readonly startsOn: Player['startsOn'];
  readonly heardOutMs: number | undefined;
  readonly #clock: Clock;
  readonly #manners: readonly Manner[];
  readonly #usual: Manner;
  #queue: Entry[] = [];
  #played = 0;
  #paused = false;
  /** Since when the first of the queue has been sounding; undefined while it does not. */
  #soundingSinceMs: number | undefined;
  /** The first of the queue is about to begin. */
  #isDue = false;
  #cancel: CancelTimer = () => undefined;
  /** What is over and is about to be told. */
  readonly #ending = new Set<() => void>();
  #closed = false;

  constructor(clock: Clock, { line }: RecordedCall) {
    this.#clock = clock;
    this.sampleRateHz = line.sampleRateHz;
    this.startsOn = line.startsOn;
    this.heardOutMs = line.heardOutMs;
    this.#manners = mannersOf(line.playbacks);
    const delayMs = median(this.#manners.map((manner) => manner.delayMs));
    this.#usual = { ...IN_TIME, delayMs, toldAfterMs: 0 };
  }

  play(clip: Clip): Playback {
    const start = deferred<number>();
    const finish = deferred<Played>();
    const entry: Entry = {
      clip,
      start,
      finish,
      manner: this.#manners[this.#played++] ?? this.#usual,
      begun: false,
      tell: undefined,
      lengthMs: 0,
      playedMs: 0,
      isWhole: false,
      failed: false,
    };
    this.#queue.push(entry);
    void this.#collect(entry);
    return { started: start.promise, finished: finish.promise };
  }

  pause(): Promise<void> {
    this.#paused = true;
    if (this.#isFailing) return Promise.resolve();
    this.#still();
    this.#goOn();
    return Promise.resolve();
  }

  resume(): Promise<void> {
    if (this.#paused && !this.#isFailing) this.#cancel();
    this.#paused = false;
    this.#goOn();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#still();
    this.#paused = false;
    for (const entry of this.#queue.splice(0)) {
      if (hasSounded(entry)) this.#heardOut(entry);
      else this.#stopped(entry);
    }
    return Promise.resolve();
  }

  /** Stops, and leaves no timer behind. */
  close(): void {
    void this.stop();
    this.#closed = true;
    for (const finish of [...this.#ending]) finish();
  }

  /** The telephone has been asked for what it cannot play. */
  get #isFailing(): boolean {
    return this.#isDue && this.#queue[0]?.manner.isUnplayable === true;
  }

  /** Its end was on its way when it was stopped. */
  #heardOut(entry: Entry): void {
    const { finish, lengthMs, playedMs } = entry;
    this.#after(playsMs(entry) - playedMs, () => finish.resolve({ outcome: 'heard', heardMs: lengthMs }));
  }

  #stopped(entry: Entry): void {
    const { finish, manner } = entry;
    const heardMs = Math.max(0, heardOf(entry) - manner.unheardMs);
    this.#after(manner.stopToldAfterMs, () => finish.resolve({ outcome: 'stopped', heardMs }));
  }

  /** Calls back then, at once if that is now, or when the player is closed. */
  #after(delayMs: number, callback: () => void): void {
    if (delayMs <= 0 || this.#closed) return callback();
    const once = () => {
      cancel();
      this.#ending.delete(once);
      callback();
    };
    const cancel = this.#clock.after(delayMs, once);
    this.#ending.add(once);
  }

  async #collect(entry: Entry): Promise<void> {
    try {
      for await (const piece of entry.clip.audio) {
        entry.lengthMs += bytesToMs(piece.byteLength, entry.clip.sampleRateHz);
        this.#changed(entry);
      }
    } catch {
      entry.failed = true;
    }
    entry.isWhole = true;
    this.#changed(entry);
  }

  /** More is known of a clip: if it is its turn it begins, or sounds longer. */
  #changed(entry: Entry): void {
    if (entry !== this.#queue[0] || this.#isDue) return;
    this.#still();
    this.#goOn();
  }

  #goOn(): void {
    const [entry] = this.#queue;
    if (!entry || this.#isDue || this.#soundingSinceMs !== undefined) return;
    const { endsInPauseMs } = entry.manner;
    if (isOver(entry) && endsInPauseMs !== undefined)
      return void (this.#cancel = this.#clock.after(endsInPauseMs, () => this.#over(entry)));
    if (this.#paused) return this.#beginInPause(entry);
    if (isOver(entry)) return this.#over(entry);
    if (!this.#hasEnough(entry)) return;
    if (entry.begun) return this.#sound(entry);
    this.#isDue = true;
    const { delayMs, toldAfterMs } = entry.manner;
    const beginsAtMs = this.#clock.nowMs() + delayMs;
    this.#cancel = this.#clock.after(Math.max(0, delayMs), () => {
      this.#isDue = false;
      if (entry.manner.isUnplayable) return this.#over(entry);
      entry.begun = true;
      entry.tell = () => entry.start.resolve(beginsAtMs);
      this.#after(beginsAtMs + toldAfterMs - this.#clock.nowMs(), () => entry.tell?.());
      this.#sound(entry, beginsAtMs);
    });
  }

  #beginInPause(entry: Entry): void {
    const { beginsInPauseMs, toldAfterMs } = entry.manner;
    if (beginsInPauseMs === undefined || entry.begun || !this.#hasEnough(entry)) return;
    this.#cancel = this.#clock.after(beginsInPauseMs, () => {
      const begunAtMs = this.#clock.nowMs();
      entry.begun = true;
      entry.tell = () => entry.start.resolve(begunAtMs);
      this.#after(toldAfterMs, () => entry.tell?.());
    });
  }

  /** There is something of it to be heard, or all of it where it begins only then. */
  #hasEnough({ isWhole, lengthMs, playedMs }: Entry): boolean {
    return isWhole || (this.startsOn === 'firstAudio' && lengthMs > playedMs);
  }

  #sound(entry: Entry, sinceMs = this.#clock.nowMs()): void {
    this.#soundingSinceMs = sinceMs;
    const endsAtMs = sinceMs + playsMs(entry) - entry.playedMs;
    this.#cancel = this.#clock.after(endsAtMs - this.#clock.nowMs(), () => {
      this.#still();
      // Sums of times are no rounder than those.
      entry.playedMs = playsMs(entry);
      // What is not whole yet has run dry, and goes on with its next piece.
      this.#goOn();
    });
  }

  #over(entry: Entry): void {
    this.#queue.shift();
    entry.tell?.();
    const { failed, lengthMs, manner } = entry;
    if (manner.isUnplayable) entry.finish.resolve({ outcome: 'failed', heardMs: 0 });
    else entry.finish.resolve({ outcome: failed ? 'failed' : 'heard', heardMs: lengthMs });
    this.#goOn();
  }

  /** Nothing sounds any more, or is about to; what was heard is counted. */
  #still(): void {
    this.#cancel();
    this.#isDue = false;
    const [entry] = this.#queue;
    if (entry && this.#soundingSinceMs !== undefined)
      entry.playedMs = Math.min(playsMs(entry), entry.playedMs + this.#clock.nowMs() - this.#soundingSinceMs);
    this.#soundingSinceMs = undefined;
  }
}

/** How long it takes, ms, from its beginning until its end is told, as far as it is known. */
function playsMs({ isWhole, lengthMs, manner }: Entry): number {
  return isWhole ? Math.max(0, lengthMs + manner.endToldAfterMs) : lengthMs;
}

function isOver(entry: Entry): boolean {
  const { begun, isWhole, lengthMs, playedMs } = entry;
  return isWhole && (lengthMs === 0 || (begun && playedMs >= playsMs(entry) - SAME_TIME_MS));
}

function hasSounded({ begun, isWhole, lengthMs, manner, playedMs }: Entry): boolean {
  return manner.isHeardOut && begun && isWhole && playedMs >= lengthMs - SAME_TIME_MS;
}

function heardOf({ lengthMs, playedMs }: Entry): number {
  return Math.min(lengthMs, playedMs);
}

/** What was stopped before it began, or before its end was told, comes to be stopped again, so much later at most, ms. */
const STOPPED_WITHIN_MS = 1000;

const IN_TIME = {
  endToldAfterMs: 0,
  endsInPauseMs: undefined,
  beginsInPauseMs: undefined,
  isUnplayable: false,
  isHeardOut: false,
  stopToldAfterMs: 0,
  unheardMs: 0,
} as const;

function mannersOf(playbacks: readonly RecordedPlayback[]): readonly Manner[] {
  const delaysMs = playbacks.map((playback, at) => delayOf(playback, playbacks[at - 1]));
  const usualDelayMs = median(delaysMs.filter((delayMs) => delayMs !== undefined));
  return playbacks.map((playback, at) => {
    const { endToldAfterMs = 0, endsInPauseMs, overdueMs, toldAfterMs = 0, unheardMs = 0 } = playback;
    const delayMs = delaysMs[at] ?? usualDelayMs;
    const begins = { ...IN_TIME, delayMs, toldAfterMs, beginsInPauseMs: playback.beginsInPauseMs };
    if (playback.outcome !== 'stopped')
      return {
        ...begins,
        ...{ endToldAfterMs, endsInPauseMs },
        isUnplayable: isUnplayable(playback),
        isHeardOut: playback.outcome === 'heard',
      };
    return {
      ...begins,
      endToldAfterMs: overdueMs === undefined ? 0 : overdueMs + STOPPED_WITHIN_MS,
      stopToldAfterMs: endToldAfterMs,
      unheardMs,
    };
  });
}

/** It had its audio, and failed all the same. */
function isUnplayable({ delayMs, outcome, startedAtMs }: RecordedPlayback): boolean {
  return outcome === 'failed' && startedAtMs === undefined && delayMs !== undefined;
}

/** Undefined if it never came to its turn. */
function delayOf(playback: RecordedPlayback, before: RecordedPlayback | undefined): number | undefined {
  const { delayMs, readyAtMs = 0, startedAtMs } = playback;
  if (isUnplayable(playback)) return delayMs;
  if (startedAtMs === undefined) {
    const wasBehind = before?.outcome === 'stopped' && readyAtMs <= stopAskedAtMs(before);
    return delayMs === undefined || wasBehind ? undefined : delayMs + STOPPED_WITHIN_MS;
  }
  // Before version 3 it is not told: what is told late may then seem to have begun too early.
  const freeAtMs = before ? (before.finishedAtMs ?? Infinity) : 0;
  return delayMs ?? Math.max(0, startedAtMs - Math.max(freeAtMs, readyAtMs));
}

function stopAskedAtMs({ endToldAfterMs = 0, finishedAtMs = Infinity }: RecordedPlayback): number {
  return finishedAtMs - endToldAfterMs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
