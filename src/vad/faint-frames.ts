/**
 * How loud the frames since the last active one were. Who speaks for seconds without a gap lifts the floor of the noise to the faintest
 * sounds of the voice itself, and what fades at the end of a word seems to be noise beside them: once the line itself is heard again, these
 * frames are seen for what they were.
 */
export class FaintFrames {
  readonly #most: number;
  readonly #levelsDbfs: number[] = [];

  /** Looks back over so many at most. */
  constructor(most: number) {
    this.#most = most;
  }

  /** There is an active frame: those before it are of no interest any more. */
  forget(): void {
    this.#levelsDbfs.length = 0;
  }

  /** The next that is not active; −∞ for one that is no part of a word whatever the noise. */
  push(levelDbfs: number): void {
    if (this.#levelsDbfs.length < this.#most) this.#levelsDbfs.push(levelDbfs);
  }

  /** How many there are up to the last that is louder than this; 0 if none is. */
  untilLastAbove(dbfs: number): number {
    let count = this.#levelsDbfs.length;
    while (count > 0 && (this.#levelsDbfs[count - 1] ?? -Infinity) <= dbfs) count--;
    return count;
  }
}
