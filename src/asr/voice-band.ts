/**
 * The part of the sound that can be a voice: without the mains' hum and rumble. A high-pass of second order (Butterworth, bilinear
 * transform), because a voice is still told without its lowest tone.
 */
const CUT_OFF_HZ = 200;

export class VoiceBand {
  readonly #gain: number;
  readonly #feedback: readonly [number, number];
  #before = 0;
  #longBefore = 0;
  #filtered = new Float64Array(0);

  constructor(sampleRateHz: number) {
    const k = Math.tan((Math.PI * CUT_OFF_HZ) / sampleRateHz);
    const norm = 1 / (1 + Math.SQRT2 * k + k * k);
    this.#gain = norm;
    this.#feedback = [2 * (k * k - 1) * norm, (1 - Math.SQRT2 * k + k * k) * norm];
  }

  /** These samples filtered, as many as came in; valid until the next call. */
  push(samples: Int16Array): Float64Array {
    if (this.#filtered.length !== samples.length) this.#filtered = new Float64Array(samples.length);
    const [first, second] = this.#feedback;
    const [filtered, gain] = [this.#filtered, this.#gain];
    let [before, longBefore] = [this.#before, this.#longBefore];
    for (let at = 0; at < samples.length; at++) {
      const now = (samples[at] ?? 0) - first * before - second * longBefore;
      filtered[at] = gain * (now - 2 * before + longBefore);
      longBefore = before;
      before = now;
    }
    [this.#before, this.#longBefore] = [before, longBefore];
    return filtered;
  }
}
