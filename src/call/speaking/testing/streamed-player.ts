/** A player without a telephone that plays what comes as it comes, for tests that look at what is heard, and when. */
import { deferred } from '../../../base/async.ts';
import { sleep } from '../../../base/clock.ts';
import type { Clock } from '../../../base/clock.ts';
import { durationMs, toSamples } from '../../../audio/pcm.ts';
import type { Clip, Playback, Played, Player } from '../../../telephony/line.ts';

const RATE_HZ = 8000;

/** A piece of sound as it went out. */
export interface HeardPiece {
  readonly fromMs: number;
  readonly toMs: number;
  /** Tests write what it says into its samples. */
  readonly firstSample: number;
}

export class StreamedPlayer implements Player {
  readonly sampleRateHz = RATE_HZ;
  readonly startsOn = 'firstAudio';
  readonly heard: HeardPiece[] = [];
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();
  #stop = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  play(clip: Clip): Playback {
    const started = deferred<number>();
    const { signal } = this.#stop;
    const finished = this.#last.then(() => this.#played(clip, started.resolve, signal));
    this.#last = finished;
    return { started: started.promise, finished };
  }

  /** Nobody interrupts here. */
  async pause(): Promise<void> {}

  async resume(): Promise<void> {}

  async stop(): Promise<void> {
    this.#stop.abort(new Error('stopped'));
    this.#stop = new AbortController();
  }

  async #played(clip: Clip, onStart: (atMs: number) => void, signal: AbortSignal): Promise<Played> {
    let heardMs = 0;
    try {
      for await (const data of clip.audio) {
        const lastsMs = durationMs({ sampleRateHz: clip.sampleRateHz, data });
        if (lastsMs === 0) continue;
        const fromMs = this.#clock.nowMs();
        if (heardMs === 0) onStart(fromMs);
        const [firstSample = 0] = toSamples({ sampleRateHz: clip.sampleRateHz, data });
        this.heard.push({ fromMs, toMs: fromMs + lastsMs, firstSample });
        heardMs += lastsMs;
        await sleep(this.#clock, lastsMs, signal);
      }
      return { outcome: 'heard', heardMs };
    } catch {
      return { outcome: signal.aborted ? 'stopped' : 'failed', heardMs };
    }
  }
}
