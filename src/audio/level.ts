/** How loud a stretch of samples is: the one place where energy becomes dBFS, and dBFS energy. */
import { dot } from './dot.ts';

/** Digital silence has no level; this is below everything that 16 bits can say. */
export const SILENCE_DBFS = -96;

const FULL_SCALE_ENERGY = 0x8000 ** 2;

/** `length` is a multiple of 4. */
export function energyOf(samples: Float64Array, from: number, length: number): number {
  return dot(samples, from, samples, from, length);
}

/** The same of samples as they come, up to `to`. Whole numbers, two at a time: a third of the time that one fraction after the other takes. */
export function energyIn(samples: Int16Array, from: number, to: number): number {
  let energy = 0;
  let at = from;
  for (; at + 1 < to; at += 2) {
    const one = samples[at] as number;
    const next = samples[at + 1] as number;
    energy += Math.imul(one, one) + Math.imul(next, next);
  }
  if (at < to) energy += Math.imul(samples[at] as number, samples[at] as number);
  return energy;
}

/** Loudness in dB below a full-scale square wave, of so many samples. */
export function levelOf(energy: number, samples: number): number {
  return Math.max(SILENCE_DBFS, 10 * Math.log10(energy / samples / FULL_SCALE_ENERGY));
}

/** Of one sample at that level, as a mean. */
export function energyAt(dbfs: number): number {
  return FULL_SCALE_ENERGY * 10 ** (dbfs / 10);
}
