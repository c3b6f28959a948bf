/**
 * How loud a line is while nobody speaks: the lowest level of the last moments. It needs no verdict on what is speech, because
 * speech has a gap every few syllables, and noise has none.
 */
const FRAMES_A_BUCKET = 20;
/** The last two to three seconds, if frames have 20 ms: there are speakers who have a gap no sooner. */
const BUCKETS = 7;

export class NoiseFloor {
  /** The lowest gap in each bucket that is full, and of all these. */
  readonly #fullDbfs: number[] = [];
  #lowestFullDbfs = Infinity;
  /** The lowest in the one that is being filled. */
  #lowestDbfs = Infinity;
  #framesInBucket = 0;
  #lastDbfs = -Infinity;

  /** The floor, in dBFS, once this frame's level has been heard. */
  push(levelDbfs: number): number {
    // A gap is two frames that are as faint: one alone, a lost packet for example, is none.
    this.#lowestDbfs = Math.min(this.#lowestDbfs, Math.max(levelDbfs, this.#lastDbfs));
    this.#lastDbfs = levelDbfs;
    const floorDbfs = Math.min(this.#lowestDbfs, this.#lowestFullDbfs);
    if (++this.#framesInBucket === FRAMES_A_BUCKET) this.#beginBucket();
    return floorDbfs;
  }

  #beginBucket(): void {
    this.#fullDbfs.push(this.#lowestDbfs);
    if (this.#fullDbfs.length === BUCKETS) this.#fullDbfs.shift();
    this.#lowestFullDbfs = Math.min(...this.#fullDbfs);
    this.#lowestDbfs = Infinity;
    this.#framesInBucket = 0;
  }
}
