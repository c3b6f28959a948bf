/**
 * A chunk's speech as it comes, into which small words are put where it stays away: the chunk has begun, so that nothing can be said
 * before it any more, and nothing is to be said behind it that belongs into its gap.
 */
import type { Clock } from '../../base/clock.ts';
import { bytesToMs } from '../../audio/pcm.ts';
import { wholeSamples } from '../../audio/whole-samples.ts';

export interface BridgedSpeechOptions {
  readonly clock: Clock;
  readonly audio: AsyncIterable<Uint8Array>;
  /** Of `audio` and of the bridges. */
  readonly sampleRateHz: number;
  /** After so much silence a bridge is said, ms. */
  readonly afterMs: number;
  /** Undefined if there is nothing to say. */
  readonly bridge: () => Uint8Array | undefined;
}

interface Bridge {
  /** Where in the speech it was said, and how long it is, ms. */
  readonly atMs: number;
  readonly lastsMs: number;
}

export class BridgedSpeech {
  readonly #options: BridgedSpeechOptions;
  readonly #bridges: Bridge[] = [];
  /** Of the speech itself. */
  #givenMs = 0;
  /** When all that was given will have been heard, if nothing holds it up; undefined before it has begun. */
  #heardOutAtMs: number | undefined;

  constructor(options: BridgedSpeechOptions) {
    this.#options = options;
  }

  /** To be told when the caller begins to hear it: nothing is bridged before. */
  started(atMs: number): void {
    this.#heardOutAtMs = atMs + this.#givenMs;
  }

  /** How much of the speech itself was heard, of all that was. */
  withoutBridges(heardMs: number): number {
    return this.#bridges.reduce(
      (ms, { atMs, lastsMs }) => (ms <= atMs ? ms : Math.max(atMs, ms - lastsMs)),
      heardMs,
    );
  }

  /** Read it once. Throws what the speech throws. */
  async *audio(): AsyncGenerator<Uint8Array> {
    const { audio, bridge } = this.#options;
    const pieces = wholeSamples(audio);
    for (let next = pieces.next(); ;) {
      const piece = await this.#orSilence(next);
      if (!piece) {
        if (this.#bridgeDueInMs > 0) continue;
        const words = bridge() ?? new Uint8Array();
        this.#bridges.push({ atMs: this.#givenMs, lastsMs: this.#giving(words) });
        yield words;
        continue;
      }
      if (piece.done) return;
      this.#givenMs += this.#giving(piece.value);
      yield piece.value;
      next = pieces.next();
    }
  }

  /** Undefined when a silence may have become too long. */
  #orSilence(next: Promise<IteratorResult<Uint8Array>>): Promise<IteratorResult<Uint8Array> | undefined> {
    const { clock } = this.#options;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(Math.max(0, this.#bridgeDueInMs), () => resolve(undefined));
      void next.then(resolve, reject).finally(cancel);
    });
  }

  /** Before it has begun there is no telling, but not sooner than that. */
  get #bridgeDueInMs(): number {
    const { clock, afterMs } = this.#options;
    const nowMs = clock.nowMs();
    return (this.#heardOutAtMs ?? nowMs) + afterMs - nowMs;
  }

  /** Notes that so much is about to be heard, and returns how long that is, ms. */
  #giving(pcm: Uint8Array): number {
    const { clock, sampleRateHz } = this.#options;
    const lastsMs = bytesToMs(pcm.byteLength, sampleRateHz);
    if (this.#heardOutAtMs !== undefined)
      this.#heardOutAtMs = Math.max(this.#heardOutAtMs, clock.nowMs()) + lastsMs;
    return lastsMs;
  }
}
