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
  /** From the moment at which it could have begun until it does. */
  readonly delayMs: number;
  begun: boolean;
  lengthMs: number;
  heardMs: number;
  isWhole: boolean;
  failed: boolean;
}

export class ReplayedPlayer implements Player {
  readonly sampleRateHz: number;
  readonly startsOn: Player['startsOn'];
  readonly #clock: Clock;
  readonly #delaysMs: readonly number[];
  readonly #usualDelayMs: number;
  #queue: Entry[] = [];
  #played = 0;
  #paused = false;
  /** Since when the first of the queue has been sounding; undefined while it does not. */
  #soundingSinceMs: number | undefined;
  /** The first of the queue is about to begin. */
  #isDue = false;
  #cancel: CancelTimer = () => undefined;

  constructor(clock: Clock, { line }: RecordedCall) {
    this.#clock = clock;
    this.sampleRateHz = line.sampleRateHz;
    this.startsOn = line.startsOn;
    this.#delaysMs = startDelays(line.playbacks);
    this.#usualDelayMs = median(this.#delaysMs);
  }

  play(clip: Clip): Playback {
    const start = deferred<number>();
    const finish = deferred<Played>();
    const entry: Entry = {
      clip,
      start,
      finish,
      delayMs: this.#delaysMs[this.#played++] ?? this.#usualDelayMs,
      begun: false,
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
    for (const { finish, heardMs } of this.#queue.splice(0)) finish.resolve({ outcome: 'stopped', heardMs });
    return Promise.resolve();
  }

  /** Stops, and leaves no timer behind. */
  close(): void {
    void this.stop();
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
    this.#cancel = this.#clock.after(entry.delayMs, () => {
      this.#isDue = false;
      entry.begun = true;
      entry.start.resolve(this.#clock.nowMs());
      this.#sound(entry);
    });
  }

  #sound(entry: Entry): void {
    this.#soundingSinceMs = this.#clock.nowMs();
    this.#cancel = this.#clock.after(entry.lengthMs - entry.heardMs, () => {
      this.#still();
      // What is not whole yet has run dry, and goes on with its next piece.
      this.#goOn();
    });
  }

  #over(entry: Entry): void {
    this.#queue.shift();
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

/** By how much each clip began later than it could have: behind the one before it, with its audio there. */
function startDelays(playbacks: readonly RecordedPlayback[]): readonly number[] {
  let freeAtMs = 0;
  return playbacks.map(({ finishedAtMs = Infinity, readyAtMs = 0, startedAtMs }) => {
    const delayMs = startedAtMs === undefined ? 0 : Math.max(0, startedAtMs - Math.max(freeAtMs, readyAtMs));
    freeAtMs = finishedAtMs;
    return delayMs;
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
