/**
 * How much the sound of this moment is like the sound a little earlier. Like itself one pitch period ago: a voice or an instrument,
 * no hiss, cough or breath. Still like itself several periods ago: a tone that is held, as no voice can hold it.
 * Looks below 1 kHz only, where pitch is.
 */
const ANALYSIS_RATE_HZ = 2000;
const WINDOW_MS = 30;
const LONGEST_LAG_MS = 55;

export class SelfSimilarity {
  readonly #decimation: number;
  /** The last moments at ANALYSIS_RATE_HZ, newest last. */
  readonly #history = new Float64Array(samplesIn(WINDOW_MS + LONGEST_LAG_MS));

  /** `sampleRateHz` is a multiple of 2 kHz. */
  constructor(sampleRateHz: number) {
    this.#decimation = sampleRateHz / ANALYSIS_RATE_HZ;
  }

  push(samples: Int16Array): void {
    const fresh = Math.floor(samples.length / this.#decimation);
    this.#history.copyWithin(0, fresh);
    let to = this.#history.length - fresh;
    for (let at = 0; to < this.#history.length; to++) {
      let sum = 0;
      for (const end = at + this.#decimation; at < end; at++) sum += samples[at] ?? 0;
      this.#history[to] = sum;
    }
  }

  /** The best correlation of the last 30 ms with what came between these times before; 1 is the very same, 0 or less is unlike. */
  between(fromMs: number, toMs: number): number {
    const x = this.#history;
    const start = x.length - samplesIn(WINDOW_MS);
    const now = energy(x, start, x.length);
    let best = 0;
    for (let lag = samplesIn(fromMs); lag <= samplesIn(toMs); lag++) {
      let [product, before] = [0, 1];
      for (let at = start; at < x.length; at++) {
        const earlier = x[at - lag] ?? 0;
        product += (x[at] ?? 0) * earlier;
        before += earlier * earlier;
      }
      if (product > 0) best = Math.max(best, (product * product) / (before * now));
    }
    return Math.sqrt(best);
  }
}

function samplesIn(ms: number): number {
  return Math.floor((ms * ANALYSIS_RATE_HZ) / 1000);
}

function energy(samples: Float64Array, from: number, to: number): number {
  let sum = 1;
  for (let at = from; at < to; at++) sum += (samples[at] ?? 0) ** 2;
  return sum;
}
