/** The bot's voice where there is no telephone: clips take the time they take on the clock, and nobody hears their sound. */
import { bytesToMs } from '../audio/pcm.ts';
import { deferred } from '../base/async.ts';
import type { Deferred } from '../base/async.ts';
import type { CancelTimer, Clock } from '../base/clock.ts';
import type { Clip, Playback, Played, Player } from '../telephony/line.ts';

/** What a telephone line carries. */
const RATE_HZ = 8000;

interface Entry {
  readonly clip: Clip;
  readonly started: Deferred<number>;
  readonly finished: Deferred<Played>;
  lengthMs: number;
  heardMs: number;
  isWhole: boolean;
  failed: boolean;
}

export class VirtualPlayer implements Player {
  readonly sampleRateHz = RATE_HZ;
  readonly startsOn = 'firstAudio';
  readonly #clock: Clock;
  #queue: Entry[] = [];
  #isPaused = false;
  /** Since when the first of the queue sounds; undefined while nothing does. */
  #sinceMs: number | undefined;
  #cancel: CancelTimer = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  play(clip: Clip): Playback {
    const entry: Entry = {
      clip,
      started: deferred<number>(),
      finished: deferred<Played>(),
      lengthMs: 0,
      heardMs: 0,
      isWhole: false,
      failed: false,
    };
    this.#queue.push(entry);
    void this.#collect(entry);
    return { started: entry.started.promise, finished: entry.finished.promise };
  }

  pause(): Promise<void> {
    this.#isPaused = true;
    this.#still();
    return Promise.resolve();
  }

  resume(): Promise<void> {
    this.#isPaused = false;
    this.#goOn();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#still();
    this.#isPaused = false;
    for (const { finished, heardMs } of this.#queue.splice(0))
      finished.resolve({ outcome: 'stopped', heardMs });
    return Promise.resolve();
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

  #changed(entry: Entry): void {
    if (entry !== this.#queue[0]) return;
    this.#still();
    this.#goOn();
  }

  #goOn(): void {
    const [entry] = this.#queue;
    if (!entry || this.#isPaused || this.#sinceMs !== undefined) return;
    const leftMs = entry.lengthMs - entry.heardMs;
    if (leftMs <= 0) {
      if (entry.isWhole) this.#over(entry);
      return;
    }
    this.#sinceMs = this.#clock.nowMs();
    if (entry.heardMs === 0) entry.started.resolve(this.#sinceMs);
    this.#cancel = this.#clock.after(leftMs, () => {
      this.#sinceMs = undefined;
      // Sums of times are no rounder than those.
      entry.heardMs = entry.lengthMs;
      this.#goOn();
    });
  }

  #over(entry: Entry): void {
    this.#queue.shift();
    entry.finished.resolve({ outcome: entry.failed ? 'failed' : 'heard', heardMs: entry.heardMs });
    this.#goOn();
  }

  #still(): void {
    this.#cancel();
    const [entry] = this.#queue;
    if (entry && this.#sinceMs !== undefined)
      entry.heardMs = Math.min(entry.lengthMs, entry.heardMs + this.#clock.nowMs() - this.#sinceMs);
    this.#sinceMs = undefined;
  }
}
