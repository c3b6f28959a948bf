/** From a half of it to the whole, ms: many who were cut off together do not come back together. `random` gives numbers from 0 up to 1. */
export function jittered(delayMs: number, random: () => number = Math.random): number {
  return delayMs * (0.5 + random() / 2);
}
