/** How loud a stretch of samples is. */
import { dot } from '../audio/dot.ts';

/** Digital silence has no level; this is below everything that 16 bits can say. */
export const SILENCE_DBFS = -96;

const FULL_SCALE = 32_768;

export function energyOf(samples: Float64Array, from: number, length: number): number {
  return dot(samples, from, samples, from, length);
}

/** Loudness in dB below a full-scale square wave. */
export function levelOf(energy: number, samples: number): number {
  return Math.max(SILENCE_DBFS, 10 * Math.log10(energy / samples / FULL_SCALE ** 2));
}
