/**
 * Whether the sound of the last moments is the hiss of an "s" or "sh": most of it lies at the upper end of what a telephone carries, where
 * breaths, coughs and the noise of a line have no more than below.
 */

/** An average of fewer is too uncertain: of one, white noise has up to 0.25. */
const FRAMES = 4;

export class Sibilance {
  /** Of the last frames, the oldest first. */
  readonly #unlikeness = new Float64Array(FRAMES);
  #frames = 0;
  #before = 0;

  /** Hears the next frame, 8000 samples a second: a telephone's. */
  push(samples: Float64Array): void {
    // Never quite zero: silence is no hiss.
    let [energy, product, before] = [1, 0, this.#before];
    for (let at = 0; at < samples.length; at++) {
      const sample = samples[at] as number;
      energy += sample * sample;
      product += sample * before;
      before = sample;
    }
    this.#before = before;
    const unlikeness = this.#unlikeness;
    for (let at = 1; at < FRAMES; at++) unlikeness[at - 1] = unlikeness[at] as number;
    unlikeness[FRAMES - 1] = -product / energy;
    this.#frames++;
  }

  /** How unlike neighbouring samples of the last frames are: −1 for a hum, 0 for white noise, 1 for the highest tone; 0 at first. */
  get value(): number {
    if (this.#frames < FRAMES) return 0;
    return this.#unlikeness.reduce((sum, each) => sum + each, 0) / FRAMES;
  }
}
