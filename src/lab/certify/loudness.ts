/** How loud a sound is from moment to moment: by its rise and fall the same words are known again, whatever the line has made of them. */
import { energyAt, energyIn } from '../../audio/level.ts';
import { toSamples } from '../../audio/pcm.ts';
import type { Pcm } from '../../audio/pcm.ts';

/** How finely loudness is compared, ms: finer than syllables. */
export const BLOCK_MS = 10;
/** What is fainter nobody hears, as a mean over the samples. */
const FAINT_ENERGY = energyAt(-50);
/** No two people, and no two sentences, are louder and softer together to this degree. */
const ALIKE = 0.9;
/** What rises and falls by less of its mean is a tone, or a hum: what little does is the line's. Syllables do so by more than half. */
const FLAT = 0.15;

/** Of each block; 0 for what nobody hears. */
export function loudness(pcm: Pcm): Float64Array {
  const samples = toSamples(pcm);
  const perBlock = (BLOCK_MS * pcm.sampleRateHz) / 1000;
  return Float64Array.from({ length: Math.floor(samples.length / perBlock) }, (_, block) => {
    const energy = energyIn(samples, block * perBlock, (block + 1) * perBlock) / perBlock;
    return energy < FAINT_ENERGY ? 0 : Math.sqrt(energy);
  });
}

export interface Compared {
  /** They rise and fall together. What is as loud all the time is like nothing. */
  readonly isAlike: boolean;
  /** How loud the second is beside the first. */
  readonly share: number;
}

/** Block by block, by Pearson's correlation. */
export function compared(some: ArrayLike<number>, others: ArrayLike<number>): Compared {
  const [someMean, othersMean] = [meanOf(some), meanOf(others)];
  let [both, ofSome, ofOthers] = [0, 0, 0];
  for (let at = 0; at < some.length; at++) {
    const [one, other] = [(some[at] ?? 0) - someMean, (others[at] ?? 0) - othersMean];
    both += one * other;
    ofSome += one * one;
    ofOthers += other * other;
  }
  const isFlat = (squares: number, mean: number) => Math.sqrt(squares / some.length) <= FLAT * mean;
  const spread = Math.sqrt(ofSome * ofOthers);
  return {
    isAlike: !isFlat(ofSome, someMean) && !isFlat(ofOthers, othersMean) && both / spread >= ALIKE,
    share: someMean === 0 ? 0 : othersMean / someMean,
  };
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at] ?? 0;
  return sum / values.length;
}
