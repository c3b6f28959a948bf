/** A player without a telephone: clips take the time they take, on the clock, and begin as late as those of the recorded call did. */
import { deferred } from '../../base/async.ts';
import type { Deferred } from '../../base/async.ts';
import type { CancelTimer, Clock } from '../../base/clock.ts';
import { bytesToMs } from '../../audio/pcm.ts';
import type { RecordedCall, RecordedPlayback } from '../bundle/recorded-call.ts';
import type { Clip, Playback, Played, Player } from '../../telephony/line.ts';

interface Entry {
  readonly clip: Clip;
  readonly start: Deferred<number>;
  readonly finish: Deferred<Played>;
  readonly manner: Manner;
  begun: boolean;
  /** Its beginning is to be told. */
  tell: (() => void) | undefined;
  lengthMs: number;
  heardMs: number;
  isWhole: boolean;
  failed: boolean;
}

/** How a clip behaves, beside taking the time it takes. */
interface Manner {
  /** From the moment at which it could have begun until it does; negative where the end of the one before it was told late. */
  readonly delayMs: number;
  /** So long after its beginning it is told. */
  readonly toldAfterMs: number;
  readonly outcome: RecordedPlayback['outcome'] | undefined;
  /** So long after its end, or the stop, that is told. */
  readonly endToldAfterMs: number;
  /** So much of what was heard by the clock was not, when it is stopped. */
  readonly unheardMs: number;
}

export class ReplayedPlayer implements Player {
  readonly sampleRateHz: number;
  readonly startsOn: Player['startsOn'];
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
    this.#manners = mannersOf(line.playbacks);
    const delayMs = median(this.#manners.map((manner) => manner.delayMs));
    this.#usual = { delayMs, toldAfterMs: 0, outcome: undefined, endToldAfterMs: 0, unheardMs: 0 };
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
      heardMs: 0,
      isWhole: false,
      failed: false,
    };
    this.#queue.push(entry);
    void this.#collect(entry);
    return { started: start.promise, finished: finish.promise };
  }

  pause(): Promise<void> {
    this.#paused = true;
    this.#still();
    return Promise.resolve();
  }

  resume(): Promise<void> {
    this.#paused = false;
    this.#goOn();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#still();
    this.#paused = false;
    for (const entry of this.#queue.splice(0)) this.#stopped(entry);
    return Promise.resolve();
  }

  /** Stops, and leaves no timer behind. */
  close(): void {
    void this.stop();
    this.#closed = true;
    for (const finish of [...this.#ending]) finish();
  }

  #stopped(entry: Entry): void {
    const { finish, heardMs, manner } = entry;
    const isAsRecorded = manner.outcome === 'stopped';
    const toldMs = isAsRecorded ? Math.max(0, heardMs - manner.unheardMs) : heardMs;
    this.#after(isAsRecorded ? manner.endToldAfterMs : 0, () => {
      finish.resolve({ outcome: 'stopped', heardMs: toldMs });
    });
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
    if (!entry || this.#paused || this.#isDue || this.#soundingSinceMs !== undefined) return;
    if (entry.isWhole && entry.heardMs === entry.lengthMs) return this.#over(entry);
    if (!entry.isWhole && (this.startsOn === 'wholeClip' || entry.lengthMs === entry.heardMs)) return;
    if (entry.begun) return this.#sound(entry);
    this.#isDue = true;
    const { delayMs, toldAfterMs } = entry.manner;
    const beginsAtMs = this.#clock.nowMs() + delayMs;
    this.#cancel = this.#clock.after(Math.max(0, delayMs), () => {
      this.#isDue = false;
      entry.begun = true;
      entry.tell = () => entry.start.resolve(beginsAtMs);
      this.#after(beginsAtMs + toldAfterMs - this.#clock.nowMs(), () => entry.tell?.());
      this.#sound(entry, beginsAtMs);
    });
  }

  #sound(entry: Entry, sinceMs = this.#clock.nowMs()): void {
    this.#soundingSinceMs = sinceMs;
    const { endToldAfterMs, outcome } = entry.manner;
    const lateMs = entry.isWhole && outcome !== 'stopped' ? endToldAfterMs : 0;
    const endsAtMs = sinceMs + entry.lengthMs - entry.heardMs;
    this.#cancel = this.#clock.after(endsAtMs + lateMs - this.#clock.nowMs(), () => {
      if (entry.isWhole) entry.heardMs = entry.lengthMs;
      this.#still();
      // What is not whole yet has run dry, and goes on with its next piece.
      this.#goOn();
    });
  }

  #over(entry: Entry): void {
    this.#queue.shift();
    entry.tell?.();
    entry.finish.resolve({ outcome: entry.failed ? 'failed' : 'heard', heardMs: entry.heardMs });
    this.#goOn();
  }

  /** Nothing sounds any more, or is about to; what was heard is counted. */
  #still(): void {
    this.#cancel();
    this.#isDue = false;
    const [entry] = this.#queue;
    if (entry && this.#soundingSinceMs !== undefined)
      entry.heardMs = Math.min(entry.lengthMs, entry.heardMs + this.#clock.nowMs() - this.#soundingSinceMs);
    this.#soundingSinceMs = undefined;
  }
}

/** What was stopped before it began comes to be stopped again, so much later at most, ms; or else it begins. */
const NOT_BEGUN_MS = 1000;

function mannersOf(playbacks: readonly RecordedPlayback[]): readonly Manner[] {
  let freeAtMs = 0;
  return playbacks.map((playback) => {
    const { finishedAtMs = Infinity, readyAtMs = 0, startedAtMs, outcome } = playback;
    const { endToldAfterMs = 0, toldAfterMs = 0, unheardMs = 0 } = playback;
    // Before version 3 a delay is not told: what is told late may then seem to have begun too early.
    const seemsMs = startedAtMs === undefined ? 0 : Math.max(0, startedAtMs - Math.max(freeAtMs, readyAtMs));
    freeAtMs = finishedAtMs;
    const neverMs = startedAtMs === undefined && playback.delayMs !== undefined ? NOT_BEGUN_MS : 0;
    return {
      delayMs: (playback.delayMs ?? seemsMs) + neverMs,
      toldAfterMs,
      outcome,
      endToldAfterMs,
      unheardMs,
    };
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
