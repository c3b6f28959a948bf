/**
 * Whether the sound of the last moments is the hiss of an "s" or "sh": most of it lies at the upper end of what a telephone carries, where
 * breaths, coughs and the noise of a line have no more than below.
 */

/** A telephone's; of more samples a second several make one. */
const ANALYSIS_HZ = 8000;
/** An average of fewer is too uncertain: of one, white noise has up to 0.25. */
const FRAMES = 4;

export class Sibilance {
  readonly #decimation: number;
  /** Of the last frames. */
  readonly #unlikeness: number[] = [];
  #before = 0;

  constructor(sampleRateHz: number) {
    this.#decimation = sampleRateHz / ANALYSIS_HZ;
  }

  /** Hears the next frame. */
  push(samples: Float64Array): void {
    // Never quite zero: silence is no hiss.
    let [energy, product, before] = [1, 0, this.#before];
    for (let at = 0; at < samples.length; at += this.#decimation) {
      let sample = 0;
      for (let part = at; part < at + this.#decimation; part++) sample += samples[part] ?? 0;
      energy += sample * sample;
      product += sample * before;
      before = sample;
    }
    this.#before = before;
    this.#unlikeness.push(-product / energy);
    if (this.#unlikeness.length > FRAMES) this.#unlikeness.shift();
  }

  /** How unlike neighbouring samples of the last frames are: −1 for a hum, 0 for white noise, 1 for the highest tone; 0 at first. */
  get value(): number {
    if (this.#unlikeness.length < FRAMES) return 0;
    return this.#unlikeness.reduce((sum, each) => sum + each, 0) / FRAMES;
  }
}
