/** What a line sounds like while nobody speaks, learnt from the energy of its blocks, and what is louder than that. Allocates nothing. */

import { energyAt } from '../audio/level.ts';

/** A block's length, ms. */
export const BLOCK_MS = 5;
/** Above line noise and G.711's own, below quiet speech. */
const SOUND_DBFS = -45;
/** Too faint to be anybody's words, and yet more than the least that G.711 can say (-72 dBFS). */
const FAINT_DBFS = -66;
/** A line's own noise is no sound: so far above its quietest moments it must be, dB. */
const ABOVE_NOISE_DB = 10;
/** Nobody's line is that loud while nobody speaks: speech without a breath does not become its own noise. */
const LOUDEST_NOISE_DBFS = -35;
/** Speech has a gap every few syllables: the quietest moment of two seconds is the line's noise. */
const BUCKETS = 8;
const BLOCKS_A_BUCKET = 250 / BLOCK_MS;
/** It is known after so many. */
export const LEARNING_BLOCKS = BUCKETS * BLOCKS_A_BUCKET;

/** Of a block, a mean over its samples, that is sound whatever the line. */
export const SOUND_ENERGY = energyAt(SOUND_DBFS);

/** The same of what may be a voice, of which nobody hears a word. */
export const FAINT_ENERGY = energyAt(FAINT_DBFS);

export class LineNoise {
  /** The lowest smoothed energy of each quarter of a second; Infinity where there was none yet. */
  readonly #lowest = new Float64Array(BUCKETS).fill(Infinity);
  #bucket = 0;
  #blocks = 0;
  #smoothed = Infinity;
  #soundEnergy = SOUND_ENERGY;
  #faintEnergy = FAINT_ENERGY;

  /** What of the line is louder than that is sound, as it was when the last quarter of a second was over. */
  get soundEnergy(): number {
    return this.#soundEnergy;
  }

  /** What is louder than that, and no sound, is somebody too far from the line to be heard on it. */
  get faintEnergy(): number {
    return this.#faintEnergy;
  }

  hear(meanEnergy: number): void {
    if (this.#smoothed === Infinity) {
      // Before the first packet there is nothing, which is no microphone's silence.
      if (meanEnergy === 0) return;
      this.#smoothed = meanEnergy;
    }
    // A single faint block, a lost packet for example, is not the line's noise.
    this.#smoothed += (meanEnergy - this.#smoothed) / 4;
    this.#lowest[this.#bucket] = Math.min(this.#lowest[this.#bucket] ?? 0, this.#smoothed);
    if (++this.#blocks < BLOCKS_A_BUCKET) return;
    this.#blocks = 0;
    this.learn();
    this.#bucket = (this.#bucket + 1) % BUCKETS;
    this.#lowest[this.#bucket] = Infinity;
  }

  /** By what was heard up to now. */
  learn(): void {
    let quietest = energyAt(LOUDEST_NOISE_DBFS);
    for (let at = 0; at < BUCKETS; at++) quietest = Math.min(quietest, this.#lowest[at] ?? 0);
    const aboveNoise = quietest * 10 ** (ABOVE_NOISE_DB / 10);
    this.#soundEnergy = Math.max(SOUND_ENERGY, aboveNoise);
    this.#faintEnergy = Math.max(FAINT_ENERGY, aboveNoise);
  }
}
