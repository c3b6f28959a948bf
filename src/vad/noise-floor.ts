/**
 * How loud a line is while nobody speaks: the lowest level of the last moments. It needs no verdict on what is speech, because
 * speech has a gap every few syllables, and noise has none.
 */
const FRAMES_A_BUCKET = 20;
const BUCKETS = 4;

export class NoiseFloor {
  /** The lowest smoothed level in each of the last 400 ms, if frames have 20 ms. */
  readonly #lowest: number[] = [];
  #framesInBucket = 0;
  #smoothedDbfs: number | undefined;

  /** The floor, in dBFS, once this frame's level has been heard. */
  push(levelDbfs: number): number {
    // A single faint frame, a lost packet for example, is not the floor.
    this.#smoothedDbfs =
      this.#smoothedDbfs === undefined ? levelDbfs : (2 * this.#smoothedDbfs + levelDbfs) / 3;
    if (this.#framesInBucket === 0) this.#lowest.push(Infinity);
    if (this.#lowest.length > BUCKETS) this.#lowest.shift();
    const last = this.#lowest.length - 1;
    this.#lowest[last] = Math.min(this.#lowest[last] ?? Infinity, this.#smoothedDbfs);
    this.#framesInBucket = (this.#framesInBucket + 1) % FRAMES_A_BUCKET;
    return Math.min(...this.#lowest);
  }
}
