/** How far a recognizer's words are behind the voice, learnt from the turns of one call. Times in milliseconds. */

/** Until it is known, and at most: most recognizers that stream are 200 ms behind, some 400. */
const LONGEST_MS = 300;

/** One turn may be luck. */
const LEAST_TURNS = 2;

/** So many turns are looked back: a recognizer that becomes slow, or another one in its place, is noticed soon. */
const TURNS = 4;

export class WordLag {
  #lastMs: readonly number[] = [];

  /** Words that are still the same so long after the last loud frame hold the last one. */
  get ms(): number {
    return this.#lastMs.length < LEAST_TURNS ? LONGEST_MS : Math.max(...this.#lastMs);
  }

  /** Of a turn that is over: how long after its last loud frame its last word was told. `Infinity`: not before its end. */
  learn(lagMs: number): void {
    this.#lastMs = [...this.#lastMs, Math.min(LONGEST_MS, Math.max(0, lagMs))].slice(-TURNS);
  }
}
