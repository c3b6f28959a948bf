/**
 * A chunk's speech as it comes, into which small words are put where it stays away: the chunk has begun, so that nothing can be said
 * before it any more, and nothing is to be said behind it that belongs into its gap. Speech that comes slower than it is spoken goes on a
 * stretch at a time: said as it comes it would be torn at every piece, in the middle of words.
 */
import type { Clock } from '../../base/clock.ts';
import { bytesToMs } from '../../audio/pcm.ts';
import { wholeSamples } from '../../audio/whole-samples.ts';

/** Speech that runs out once had a hiccup, and the sooner it goes on the better. */
const HICCUPS = 1;

/**
 * How much of slow speech is said at once, ms: a word, and a second one that comes while it is heard. From a provider three times slower
 * than speech it comes within the silence that calls for a hold phrase.
 */
const STRETCH_MS = 400;

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
  /** What has come of it and waits for more. */
  #held: Uint8Array[] = [];
  /** How often it has come when all that was given had been heard. */
  #ranOut = 0;
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
    try {
      yield* this.#inTime();
    } catch (error) {
      // What had come by then is said.
      yield* this.#release();
      throw error;
    }
  }

  async *#inTime(): AsyncGenerator<Uint8Array> {
    const pieces = wholeSamples(this.#options.audio);
    for (let next = pieces.next(); ;) {
      const piece = await this.#orSilence(next);
      if (!piece) {
        if (this.#bridgeDueInMs > 0) continue;
        if (this.#held.length > 0) yield* this.#release();
        else yield this.#bridge();
        continue;
      }
      if (piece.done) {
        yield* this.#release();
        return;
      }
      if (this.#hasRunOut && this.#held.length === 0) this.#ranOut++;
      this.#held.push(piece.value);
      if (!this.#isToWait) yield* this.#release();
      next = pieces.next();
    }
  }

  #bridge(): Uint8Array {
    const words = this.#options.bridge() ?? new Uint8Array();
    this.#bridges.push({ atMs: this.#givenMs, lastsMs: this.#giving(words) });
    return words;
  }

  *#release(): Generator<Uint8Array> {
    for (const pcm of this.#held.splice(0)) {
      this.#givenMs += this.#giving(pcm);
      yield pcm;
    }
  }

  get #hasRunOut(): boolean {
    return this.#heardOutAtMs !== undefined && this.#options.clock.nowMs() > this.#heardOutAtMs;
  }

  /** It is slower than it is spoken, the caller hears nothing, and what has come is too little to go on with. */
  get #isToWait(): boolean {
    if (this.#ranOut <= HICCUPS || !this.#hasRunOut) return false;
    const heldBytes = this.#held.reduce((bytes, { byteLength }) => bytes + byteLength, 0);
    return bytesToMs(heldBytes, this.#options.sampleRateHz) < STRETCH_MS;
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
