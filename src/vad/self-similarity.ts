/**
 * How much the sound of this moment is like the sound a little earlier. One pitch period ago: a voice or an instrument is like
 * itself, hiss, a cough or a breath is not. Looks below 1 kHz only, where pitch is.
 */
import { dot } from '../audio/dot.ts';

export interface SelfSimilarityOptions {
  /** How finely moments are told apart: 2000 or 4000. Twice as fine costs four times as much. */
  readonly analysisRateHz: number;
  readonly longestLagMs: number;
}

/** Two periods of a deep voice; a multiple of 4 samples at both rates. */
const WINDOW_MS = 30;
/** What is averaged into one sample: takes most of what is above 1 kHz away. */
const SMOOTHING_MS = 0.5;
/** So many are looked at together: each sample is read once for all of them. */
const LAGS_AT_ONCE = 4;

export class SelfSimilarity {
  readonly #analysisRateHz: number;
  /** The last moments, newest last; a few more than the longest lag needs, since lags are looked at several at once. */
  readonly #history: Float64Array;
  readonly #overlap: number;
  readonly #products = new Float64Array(LAGS_AT_ONCE);
  #before = 0;

  constructor({ analysisRateHz, longestLagMs }: SelfSimilarityOptions) {
    this.#analysisRateHz = analysisRateHz;
    this.#overlap = (analysisRateHz * SMOOTHING_MS) / 1000 - 1;
    this.#history = new Float64Array(this.#samplesIn(WINDOW_MS + longestLagMs) + LAGS_AT_ONCE);
  }

  /** Hears the next samples, at the analysis rate. */
  push(samples: Float64Array): void {
    const [history, overlap] = [this.#history, this.#overlap];
    history.copyWithin(0, samples.length);
    let before = this.#before;
    for (let to = history.length - samples.length, at = 0; to < history.length; to++, at++) {
      const now = samples[at] as number;
      history[to] = now + overlap * before;
      before = now;
    }
    this.#before = before;
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
    const shortestLag = this.#samplesIn(fromMs);
    let energyBefore = energyOf(sound, start - shortestLag, end - shortestLag);
    let best = 0;
    for (let lag = shortestLag; lag <= longestLag; lag++) {
      const nth = (lag - shortestLag) % LAGS_AT_ONCE;
      if (nth === 0) this.#multiply(start, lag);
      const product = this.#products[nth] as number;
      if (product > 0) best = Math.max(best, (product * product) / (energy * energyBefore));
      // The window one sample earlier: one comes in, one goes out.
      energyBefore += (sound[start - lag - 1] ?? 0) ** 2 - (sound[end - lag - 1] ?? 0) ** 2;
    }
    return Math.sqrt(Math.min(1, best));
  }

  /** The products of the sound from `start` on with what came `lag` samples before it, and one, two and three more. */
  #multiply(start: number, lag: number): void {
    const sound = this.#history;
    let [one, two, three, four] = [0, 0, 0, 0];
    let twoBack = sound[start - lag - 1] as number;
    let threeBack = sound[start - lag - 2] as number;
    let fourBack = sound[start - lag - 3] as number;
    for (let at = start; at < sound.length; at++) {
      const now = sound[at] as number;
      const oneBack = sound[at - lag] as number;
      one += now * oneBack;
      two += now * twoBack;
      three += now * threeBack;
      four += now * fourBack;
      fourBack = threeBack;
      threeBack = twoBack;
      twoBack = oneBack;
    }
    const products = this.#products;
    products[0] = one;
    products[1] = two;
    products[2] = three;
    products[3] = four;
  }

  #samplesIn(ms: number): number {
    return Math.floor((ms * this.#analysisRateHz) / 1000);
  }
}

/** Never quite zero: silence is not like itself. */
function energyOf(samples: Float64Array, from: number, to: number): number {
  return 1 + dot(samples, from, samples, from, to - from);
}
