/**
 * A player without a telephone, for tests on a clock of their own.
 */
import { deferred } from '../../../base/async.ts';
import type { Clock } from '../../../base/clock.ts';
import { durationMs, silence } from '../../../audio/pcm.ts';
import { clipOf } from '../../../telephony/line.ts';
import type { Clip, Playback, Played, Player } from '../../../telephony/line.ts';

const RATE_HZ = 8000;

interface Saying {
  readonly clip: Clip;
  readonly start: (atMs: number) => void;
  readonly finish: (played: Played) => void;
  lengthMs: number;
  heardMs: number;
}

/** Plays clips in order on the clock, without sound. */
export class ScriptedPlayer implements Player {
  readonly sampleRateHz = RATE_HZ;
  readonly startsOn = 'wholeClip';
  paused = false;
  readonly #clock: Clock;
  #queue: Saying[] = [];
  #startedAtMs = 0;
  #cancelEnd: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Silence of that length, as good as speech here. */
  clip(forMs: number): Clip {
    return clipOf(silence(forMs, RATE_HZ));
  }

  play(clip: Clip): Playback {
    const started = deferred<number>();
    const finished = deferred<Played>();
    const saying: Saying = {
      clip,
      start: started.resolve,
      finish: finished.resolve,
      lengthMs: 0,
      heardMs: 0,
    };
    this.#queue.push(saying);
    void this.#collect(saying);
    return { started: started.promise, finished: finished.promise };
  }

  async pause(): Promise<void> {
    if (this.paused) return;
    this.paused = true;
    this.#cancelEnd();
    const [current] = this.#queue;
    if (current) current.heardMs += this.#clock.nowMs() - this.#startedAtMs;
  }

  async resume(): Promise<void> {
    if (!this.paused) return;
    this.paused = false;
    this.#goOn();
  }

  async stop(): Promise<void> {
    const dropped = this.#queue;
    const heardMs = this.paused ? 0 : this.#clock.nowMs() - this.#startedAtMs;
    this.paused = false;
    this.#cancelEnd();
    this.#queue = [];
    dropped.forEach((saying, index) => {
      saying.finish({ outcome: 'stopped', heardMs: saying.heardMs + (index === 0 ? heardMs : 0) });
    });
  }

  async #collect(saying: Saying): Promise<void> {
    try {
      for await (const piece of saying.clip.audio)
        saying.lengthMs += durationMs({ sampleRateHz: saying.clip.sampleRateHz, data: piece });
    } catch {
      const isFirst = this.#queue[0] === saying;
      this.#queue = this.#queue.filter((other) => other !== saying);
      saying.finish({ outcome: 'failed', heardMs: 0 });
      if (isFirst) this.#goOn();
      return;
    }
    if (this.#queue[0] === saying) this.#goOn();
  }

  #goOn(): void {
    const [current] = this.#queue;
    if (!current || this.paused) return;
    this.#startedAtMs = this.#clock.nowMs();
    if (current.heardMs === 0) current.start(this.#startedAtMs);
    this.#cancelEnd = this.#clock.after(current.lengthMs - current.heardMs, () => {
      this.#queue.shift();
      current.finish({ outcome: 'heard', heardMs: current.lengthMs });
      this.#goOn();
    });
  }
}
