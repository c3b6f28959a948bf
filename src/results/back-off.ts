/** When a result that was not taken is offered again. Pure. */

/** A restart of the other side is over in seconds, ms. */
const FIRST_MS = 5000;

/** One that is down for longer is looked for so often, ms. */
const LONGEST_MS = 60 * 60_000;

/** Then somebody has to look at it, ms. */
export const GIVE_UP_AFTER_MS = 24 * 60 * 60_000;

/** But not before so many attempts: a machine that was off over the weekend, or a clock that was put right, makes a day of a minute. */
export const FEWEST_ATTEMPTS = 10;

/** After `attempts` of them, at least 1, ms. Half of it is chance: a thousand results that wait for one receiver do not come at once. */
export function backOffMs(attempts: number, random: () => number): number {
  const wholeMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));
  return wholeMs / 2 + (wholeMs / 2) * random();
}
