/**
 * How much the sound of this moment is like the sound a little earlier. One pitch period ago: a voice or an instrument is like
 * itself, hiss, a cough or a breath is not. Looks below 1 kHz only, where pitch is.
 */
import { dot } from '../audio/dot.ts';

const ANALYSIS_RATE_HZ = 2000;
/** Two periods of a deep voice; a multiple of 4 samples. */
const WINDOW_MS = 30;
const LONGEST_LAG_MS = 90;

export class SelfSimilarity {
  readonly #decimation: number;
  /** The last moments at ANALYSIS_RATE_HZ, newest last. */
  readonly #history = new Float64Array(samplesIn(WINDOW_MS + LONGEST_LAG_MS));

  /** `sampleRateHz` is a multiple of 2 kHz. */
  constructor(sampleRateHz: number) {
    this.#decimation = sampleRateHz / ANALYSIS_RATE_HZ;
  }

  /** Hears the next samples, of a frame of whole milliseconds. */
  push(samples: Float64Array): void {
    const fresh = samples.length / this.#decimation;
    this.#history.copyWithin(0, fresh);
    let to = this.#history.length - fresh;
    for (let at = 0; to < this.#history.length; to++) {
      let sum = 0;
      for (const end = at + this.#decimation; at < end; at++) sum += samples[at] ?? 0;
      this.#history[to] = sum;
    }
  }

  /**
   * The best correlation of the last 30 ms with any 30 ms that came between so many milliseconds before, 90 at most: 1 is the very
   * same, 0 is unlike.
   */
  between(fromMs: number, toMs: number): number {
    const sound = this.#history;
    const end = sound.length;
    const start = end - samplesIn(WINDOW_MS);
    const energy = energyOf(sound, start, end);
    let lag = samplesIn(fromMs);
    let energyBefore = energyOf(sound, start - lag, end - lag);
    let best = 0;
    for (; lag <= samplesIn(toMs); lag++) {
      const product = dot(sound, start, sound, start - lag, end - start);
      if (product > 0) best = Math.max(best, product ** 2 / (energy * energyBefore));
      // The window one sample earlier: one comes in, one goes out.
      energyBefore += (sound[start - lag - 1] ?? 0) ** 2 - (sound[end - lag - 1] ?? 0) ** 2;
    }
    return Math.sqrt(Math.min(1, best));
  }
}

function samplesIn(ms: number): number {
  return Math.floor((ms * ANALYSIS_RATE_HZ) / 1000);
}

/** Never quite zero: silence is not like itself. */
function energyOf(samples: Float64Array, from: number, to: number): number {
  let sum = 1;
  for (let at = from; at < to; at++) sum += (samples[at] ?? 0) ** 2;
  return sum;
}
