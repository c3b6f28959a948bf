/**
 * How long to wait for a bot's own callers, learnt of where they have paused: the waits, one for each sound that words can have, that are
 * shortest at no more callers cut off than as it was. Learnt of one half of the calls; the other must be as good by it. Pure.
 */
import type { BotProfile } from '../../config/bot-profile.ts';
import type { RecordedStop } from '../bundle/recorded-stops.ts';
import { LEARNT_SOUNDS, afterWaits, candidateOf, pauseFigures, turnIsOver, waitsOf } from './pause-policy.ts';
import type { LearntSound, PauseFigures, Waits } from './pause-policy.ts';
import type { Candidate } from './search-space.ts';

/** Of both halves. Of fewer, what is learnt of one half seldom holds in the other. */
export const LEAST_STOPS = 200;
/** Of the half that is learnt of, after words of one sound; with fewer the wait after those stays what it is. */
const LEAST_OF_A_SOUND = 20;
/** Or as many ends, without any of which nothing is known of waits. */
const LEAST_ENDS = 20;

/** What is tried for each, ms: steps that a caller would notice. All that a turn can wait. */
const WAITS_MS = [
  ...[250, 300, 350, 400, 450, 500, 550, 600, 650, 700, 800, 900, 1000],
  ...[1200, 1400, 1600, 1800, 2000, 2500, 3000],
];

/** What one cut is taken to be worth, in ms of waiting of all turns together. From nothing to more than all can be. */
const PRICES_MS = [0, ...Array.from({ length: 16 }, (_, power) => 100 * 2 ** power)];
/** Each wait is chosen again as long as any has changed; that ends after two or three rounds. */
const MOST_ROUNDS = 8;

export interface Halves<T> {
  readonly chosen: T;
  readonly heldOut: T;
}

/** What of the stops came: too few of them, or nothing better that holds in both halves, or waits that are. */
export type LearntPauses =
  | { readonly kind: 'tooFew'; readonly stops: number }
  | { readonly kind: 'noneBetter'; readonly stops: number; readonly asItWas: Halves<PauseFigures> }
  | {
      readonly kind: 'learnt';
      readonly stops: number;
      readonly asItWas: Halves<PauseFigures>;
      readonly learnt: Halves<PauseFigures>;
      readonly candidate: Candidate;
    };

export function learntPauses(
  stops: Halves<readonly RecordedStop[]>,
  endpointing: BotProfile['endpointing'],
): LearntPauses {
  const count = stops.chosen.length + stops.heldOut.length;
  const ends = stops.chosen.filter(({ wentOnAfterMs }) => wentOnAfterMs === undefined).length;
  if (count < LEAST_STOPS || ends < LEAST_ENDS) return { kind: 'tooFew', stops: count };
  const asItWas = eachHalf(stops, (half) => pauseFigures(half, turnIsOver(endpointing)));
  const waits = shortestWaits(stops.chosen, waitsOf(endpointing), asItWas.chosen.cuts);
  const learnt = waits && eachHalf(stops, (half) => pauseFigures(half, afterWaits(waits)));
  const holds =
    learnt && isBetter(learnt.chosen, asItWas.chosen) && isBetter(learnt.heldOut, asItWas.heldOut);
  if (!holds) return { kind: 'noneBetter', stops: count, asItWas };
  return { kind: 'learnt', stops: count, asItWas, learnt, candidate: candidateOf(waits) };
}

function isBetter(now: PauseFigures, before: PauseFigures): boolean {
  return now.waitMs < before.waitMs && now.cuts <= before.cuts;
}

function eachHalf<T, U>({ chosen, heldOut }: Halves<T>, of: (half: T) => U): Halves<U> {
  return { chosen: of(chosen), heldOut: of(heldOut) };
}

/** For each price of a cut the best waits; of those that cut no more than `mostCuts`, the shortest. */
function shortestWaits(stops: readonly RecordedStop[], before: Waits, mostCuts: number): Waits | undefined {
  const sounding = (sounds: LearntSound) =>
    stops.filter(({ told }) => told.some((each) => each.sounds === sounds)).length;
  const varied = LEARNT_SOUNDS.filter((sounds) => sounding(sounds) >= LEAST_OF_A_SOUND);
  const tried = PRICES_MS.map((priceMs) => {
    const waits = bestWaits(stops, { before, varied, priceMs });
    return { waits, ...pauseFigures(stops, afterWaits(waits)) };
  });
  return tried.filter(({ cuts }) => cuts <= mostCuts).toSorted((a, b) => a.waitMs - b.waitMs)[0]?.waits;
}

/** One wait after the other, as long as that makes anything better. */
function bestWaits(
  stops: readonly RecordedStop[],
  {
    before,
    varied,
    priceMs,
  }: { readonly before: Waits; readonly varied: readonly LearntSound[]; readonly priceMs: number },
): Waits {
  const ends = stops.filter(({ wentOnAfterMs }) => wentOnAfterMs === undefined).length;
  const costOf = (waits: Waits) => {
    const { waitMs, cuts } = pauseFigures(stops, afterWaits(waits));
    return waitMs * ends + priceMs * cuts;
  };
  let best = { waits: before, cost: costOf(before) };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const costBefore = best.cost;
    for (const sounds of varied)
      for (const waitMs of WAITS_MS) {
        const waits = { ...best.waits, [sounds]: waitMs };
        const cost = costOf(waits);
        if (cost < best.cost) best = { waits, cost };
      }
    if (best.cost === costBefore) break;
  }
  return best.waits;
}
