/** The bot's voice where its words are read, or said by somebody else: a clip is over as soon as all of it is there, and nobody hears its sound. */
import { bytesToMs } from '../../audio/pcm.ts';
import { deferred, unlessAborted } from '../../base/async.ts';
import type { Clock } from '../../base/clock.ts';
import type { Clip, ClipWords, Playback, Played, Player } from '../line.ts';

/** What a telephone line carries. */
export const WRITTEN_RATE_HZ = 8000;

export class WrittenPlayer implements Player {
  readonly sampleRateHz = WRITTEN_RATE_HZ;
  readonly startsOn = 'firstAudio';
  readonly #clock: Clock;
  readonly #onSaid: (words: ClipWords) => void;
  #stopping = new AbortController();
  /** The clip that was queued last is over. */
  #last: Promise<unknown> = Promise.resolve();

  /** `onSaid`: told of each clip's words as it begins, in their order. */
  constructor(clock: Clock, onSaid: (words: ClipWords) => void = () => undefined) {
    this.#clock = clock;
    this.#onSaid = onSaid;
  }

  play(clip: Clip, words?: ClipWords): Playback {
    const started = deferred<number>();
    const begin = () => {
      if (words) this.#onSaid(words);
      started.resolve(this.#clock.nowMs());
    };
    const finished = this.#played(clip, this.#last, begin, this.#stopping.signal);
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
    begin: () => void,
    signal: AbortSignal,
  ): Promise<Played> {
    let heardMs = 0;
    const pieces = clip.audio[Symbol.asyncIterator]();
    try {
      await unlessAborted(before, signal);
      for (;;) {
        const next = await unlessAborted(pieces.next(), signal);
        if (next.done === true) return { outcome: 'heard', heardMs };
        if (heardMs === 0) begin();
        heardMs += bytesToMs(next.value.byteLength, clip.sampleRateHz);
      }
    } catch {
      return { outcome: signal.aborted ? 'stopped' : 'failed', heardMs };
    }
  }
}
