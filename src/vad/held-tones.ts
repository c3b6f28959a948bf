/**
 * Whether the sound of the last moments is made of held tones: music, a key, a signal. Their waveform comes back after several
 * periods, where a voice's pitch and vowel have moved on.
 */
import { SelfSimilarity } from './self-similarity.ts';

/** Long enough ago for a voice to have moved on, short enough for a note of music to be still there. */
const SEVERAL_PERIODS_MS = { from: 30, to: 70 };
/** Of the samples that are looked at. */
const HELD_TONES_HZ = 2000;
/** How many loud frames the average goes over: half a second, two notes. */
const MEMORY_FRAMES = 25;
/** Before so many loud frames nothing can be said: a tone that has just begun has no past to be like. */
const LEAST_FRAMES = 5;
/** What one faint frame takes off the memory, in frames: music is remembered through its faint moments, for two seconds. */
const FORGOTTEN_A_FAINT_FRAME = 0.25;

export class HeldTones {
  readonly #similarity = new SelfSimilarity({
    analysisRateHz: HELD_TONES_HZ,
    longestLagMs: SEVERAL_PERIODS_MS.to,
  });
  #frames = 0;
  #average = 0;
  #latest = 0;

  /** The last loud frames on average: 0 if all was new at every moment or too little was heard, 1 for a steady tone. */
  get average(): number {
    return this.#frames < LEAST_FRAMES ? 0 : this.#average;
  }

  /** The same of the last loud frame alone. */
  get latest(): number {
    return this.#latest;
  }

  /** Hears the next frame, 2000 samples a second; say then whether it was `loud` or `faint`. */
  push(samples: Float64Array): void {
    this.#similarity.push(samples);
  }

  /** That frame stands out of the noise. */
  loud(): void {
    this.#latest = this.#similarity.between(SEVERAL_PERIODS_MS.from, SEVERAL_PERIODS_MS.to);
    this.#frames = Math.min(this.#frames + 1, MEMORY_FRAMES);
    this.#average += (this.#latest - this.#average) / this.#frames;
  }

  /** It does not. */
  faint(): void {
    this.#latest = 0;
    this.#frames = Math.max(0, this.#frames - FORGOTTEN_A_FAINT_FRAME);
  }
}
