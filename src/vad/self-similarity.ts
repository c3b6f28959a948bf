/**
 * How much the sound of this moment is like the sound a little earlier. One pitch period ago: a voice or an instrument is like
 * itself, hiss, a cough or a breath is not. Looks below 1 kHz only, where pitch is.
 */
import { dot } from '../audio/dot.ts';

export interface SelfSimilarityOptions {
  /** A divisor of `analysisRateHz`, times any whole number: 8000 or 16000. */
  readonly sampleRateHz: number;
  /** How finely moments are told apart: 2000 or 4000. Twice as fine costs four times as much. */
  readonly analysisRateHz: number;
  readonly longestLagMs: number;
}

/** Two periods of a deep voice; a multiple of 4 samples at both rates. */
const WINDOW_MS = 30;
/** What is averaged into one sample: takes most of what is above 1 kHz away. */
const SMOOTHING_MS = 0.5;

export class SelfSimilarity {
  readonly #analysisRateHz: number;
  readonly #decimation: number;
  /** The last moments at the analysis rate, newest last; one more than the longest lag needs. */
  readonly #history: Float64Array;
  readonly #overlap: number;
  #partBefore = 0;

  constructor({ sampleRateHz, analysisRateHz, longestLagMs }: SelfSimilarityOptions) {
    this.#analysisRateHz = analysisRateHz;
    this.#decimation = sampleRateHz / analysisRateHz;
    this.#overlap = (analysisRateHz * SMOOTHING_MS) / 1000 - 1;
    this.#history = new Float64Array(this.#samplesIn(WINDOW_MS + longestLagMs) + 1);
  }

  /** Hears the next samples, of a frame of whole milliseconds. */
  push(samples: Float64Array): void {
    const [history, decimation, overlap] = [this.#history, this.#decimation, this.#overlap];
    const fresh = samples.length / decimation;
    history.copyWithin(0, fresh);
    let partBefore = this.#partBefore;
    for (let to = history.length - fresh, at = 0; to < history.length; to++) {
      let part = 0;
      for (const end = at + decimation; at < end; at++) part += samples[at] ?? 0;
      history[to] = part + overlap * partBefore;
      partBefore = part;
    }
    this.#partBefore = partBefore;
  }

  /**
   * The best correlation of the last 30 ms with any 30 ms that came between so many milliseconds before: 1 is the very same, 0 is
   * unlike.
   */
  between(fromMs: number, toMs: number): number {
    const sound = this.#history;
    const end = sound.length;
    const start = end - this.#samplesIn(WINDOW_MS);
    const energy = energyOf(sound, start, end);
    const longestLag = this.#samplesIn(toMs);
    let lag = this.#samplesIn(fromMs);
    let energyBefore = energyOf(sound, start - lag, end - lag);
    let best = 0;
    for (; lag <= longestLag; lag++) {
      const product = dot(sound, start, sound, start - lag, end - start);
      if (product > 0) best = Math.max(best, product ** 2 / (energy * energyBefore));
      // The window one sample earlier: one comes in, one goes out.
      energyBefore += (sound[start - lag - 1] ?? 0) ** 2 - (sound[end - lag - 1] ?? 0) ** 2;
    }
    return Math.sqrt(Math.min(1, best));
  }

  #samplesIn(ms: number): number {
    return Math.floor((ms * this.#analysisRateHz) / 1000);
  }
}

/** Never quite zero: silence is not like itself. */
function energyOf(samples: Float64Array, from: number, to: number): number {
  let sum = 1;
  for (let at = from; at < to; at++) sum += (samples[at] ?? 0) ** 2;
  return sum;
}
