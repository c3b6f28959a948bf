/**
 * The part of the sound that can be a voice: without the mains' hum and rumble. A high-pass of second order (Butterworth, bilinear
 * transform), because a voice is still told without its lowest tone.
 */
const CUT_OFF_HZ = 200;

/**
 * Samples that all stay within this are nothing, −64 dBFS: 14 dB below the faintest speech, and below the noise of a line. A telephone
 * that suppresses noise sends such for most of a call, and they are to cost next to nothing.
 */
const NOTHING_WITHIN = 20;

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
    if (isNothing(samples)) return this.#nothing();
    const [first, second] = this.#feedback;
    const [filtered, gain] = [this.#filtered, this.#gain];
    let [before, longBefore] = [this.#before, this.#longBefore];
    for (let at = 0; at < samples.length; at++) {
      // In this order the newest value is waited for last.
      const now = (samples[at] as number) - second * longBefore - first * before;
      filtered[at] = gain * (now - 2 * before + longBefore);
      longBefore = before;
      before = now;
    }
    [this.#before, this.#longBefore] = [before, longBefore];
    return filtered;
  }

  #nothing(): Float64Array {
    this.#before = 0;
    this.#longBefore = 0;
    return this.#filtered.fill(0);
  }
}

/** Over at the first sample that is something. */
function isNothing(samples: Int16Array): boolean {
  for (let at = 0; at < samples.length; at++)
    if (Math.abs(samples[at] as number) > NOTHING_WITHIN) return false;
  return true;
}
