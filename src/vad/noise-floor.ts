/**
 * How loud a line is while nobody speaks: the lowest level of the last moments. It needs no verdict on what is speech, because
 * speech has a gap every few syllables, and noise has none.
 */
const FRAMES_A_BUCKET = 20;
/** The last two to three seconds, if frames have 20 ms: there are speakers who have a gap no sooner. */
const BUCKETS = 7;
/** A gap is so many frames that are all as faint: one alone, a lost packet for example, is none. */
const GAP_FRAMES = 2;

export class NoiseFloor {
  /** The lowest gap in each bucket. */
  readonly #lowest: number[] = [];
  readonly #levelsDbfs: number[] = [];
  #framesInBucket = 0;

  /** The floor, in dBFS, once this frame's level has been heard. */
  push(levelDbfs: number): number {
    this.#levelsDbfs.push(levelDbfs);
    if (this.#levelsDbfs.length > GAP_FRAMES) this.#levelsDbfs.shift();
    if (this.#framesInBucket === 0) this.#lowest.push(Infinity);
    if (this.#lowest.length > BUCKETS) this.#lowest.shift();
    const last = this.#lowest.length - 1;
    this.#lowest[last] = Math.min(this.#lowest[last] ?? Infinity, Math.max(...this.#levelsDbfs));
    this.#framesInBucket = (this.#framesInBucket + 1) % FRAMES_A_BUCKET;
    return Math.min(...this.#lowest);
  }
}
