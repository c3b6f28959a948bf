/** The bot's voice where it is read: a clip is over as soon as all of it is there, and nobody hears its sound. */
import { bytesToMs } from '../../audio/pcm.ts';
import { deferred, unlessAborted } from '../../base/async.ts';
import type { Deferred } from '../../base/async.ts';
import type { Clock } from '../../base/clock.ts';
import type { Clip, Playback, Played, Player } from '../line.ts';

/** What a telephone line carries. */
export const TEXT_RATE_HZ = 8000;

export class TextPlayer implements Player {
  readonly sampleRateHz = TEXT_RATE_HZ;
  readonly startsOn = 'firstAudio';
  readonly #clock: Clock;
  #stopping = new AbortController();
  /** The clip that was queued last is over. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  play(clip: Clip): Playback {
    const started = deferred<number>();
    const finished = this.#played(clip, this.#last, started, this.#stopping.signal);
    this.#last = finished;
    return { started: started.promise, finished };
  }

  /** What is written stands there at once: there is nothing to still. */
  pause(): Promise<void> {
    return Promise.resolve();
  }

  resume(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#stopping.abort(new Error('the bot is to be silent'));
    this.#stopping = new AbortController();
    return Promise.resolve();
  }

  /** Never rejects. */
  async #played(
    clip: Clip,
    before: Promise<unknown>,
    started: Deferred<number>,
    signal: AbortSignal,
  ): Promise<Played> {
    let heardMs = 0;
    const pieces = clip.audio[Symbol.asyncIterator]();
    try {
      await unlessAborted(before, signal);
      for (;;) {
        const next = await unlessAborted(pieces.next(), signal);
        if (next.done === true) return { outcome: 'heard', heardMs };
        if (heardMs === 0) started.resolve(this.#clock.nowMs());
        heardMs += bytesToMs(next.value.byteLength, clip.sampleRateHz);
      }
    } catch {
      return { outcome: signal.aborted ? 'stopped' : 'failed', heardMs };
    }
  }
}
