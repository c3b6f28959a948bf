/** Which settings nothing else is better than: the Pareto front. */
import type { Summary, Summed } from './summary.ts';

/** A smaller difference is none. */
const NOTICEABLE: Readonly<Record<keyof Summary, number>> = {
  waitMs: 10,
  quietMs: 10,
  cutOffs: 0.05,
  falseStops: 0.05,
  missedStops: 0.05,
  wastedTokens: 1,
};
const MEASURES = Object.keys(NOTICEABLE) as (keyof Summary)[];

/** Of less of a call hardly anything is known, and what is known of it is its beginning. */
const ENOUGH_KNOWN = 0.5;

export interface Tried {
  readonly candidate: readonly string[];
  readonly figures: Summed;
}

/**
 * Without those that something is as good as in all and better in one; of equals the first. Those of which too little is known are not in it.
 * Compared are whole steps of what anybody would notice: with a tolerance instead, what is left out for something could be better than what
 * that one was left out for.
 */
export function frontOf(tried: readonly Tried[]): readonly Tried[] {
  const known = tried
    .filter(({ figures }) => isKnown(figures))
    .map((one) => ({
      one,
      steps: MEASURES.map((measure) => Math.round(one.figures[measure] / NOTICEABLE[measure])),
    }));
  return known
    .filter(
      ({ steps }, at) =>
        !known.some(
          (other, place) =>
            other.steps.every((step, measure) => step <= (steps[measure] ?? 0)) &&
            (place < at || other.steps.some((step, measure) => step < (steps[measure] ?? 0))),
        ),
    )
    .map(({ one }) => one)
    .toSorted((a, b) => a.figures.waitMs - b.figures.waitMs);
}

interface Halves {
  readonly chosen: Summed;
  readonly heldOut: Summed | undefined;
}

/** Better where it was chosen; and where it was not, at least nowhere worse, as far as that is known. */
export function isBetterInBoth({ chosen, heldOut }: Halves, before: Halves): boolean {
  return (
    isNowhereWorse(chosen, before.chosen) &&
    isBetter(chosen, before.chosen) &&
    heldOut !== undefined &&
    before.heldOut !== undefined &&
    // Of what nobody knows nothing is worse.
    isKnown(heldOut) &&
    heldOut.turns > 0 &&
    isNowhereWorse(heldOut, before.heldOut)
  );
}

/** Enough of the calls for figures that mean anything. */
function isKnown({ knownShare }: Summed): boolean {
  return knownShare >= ENOUGH_KNOWN;
}

/** As good as `b` in every measure, as far as anybody would notice. */
function isNowhereWorse(a: Summary, b: Summary): boolean {
  return MEASURES.every((measure) => a[measure] <= b[measure] + NOTICEABLE[measure]);
}

function isBetter(a: Summary, b: Summary): boolean {
  return MEASURES.some((measure) => a[measure] < b[measure] - NOTICEABLE[measure]);
}
