/** Whether the new is worse than the old, beyond what is allowed. */
import { summed } from '../tuning/summary.ts';
import type { Summed } from '../tuning/summary.ts';
import { DIFFERENCES } from './compared-call.ts';
import type { ComparedCall, Difference } from './compared-call.ts';

/** How much worse it may be, and what of it: each can be given by its name. */
export const ALLOWED = {
  /** Mean wait for the answer, and for any sound, ms more. */
  waitMs: 50,
  quietMs: 100,
  /** More for each hundred turns. */
  cutOffs: 0.5,
  falseStops: 0.5,
  missedStops: 0.5,
  /** Of the model, per cent more. */
  tokens: 10,
  /** Calls in which other words are heard or said, other tools used, that end otherwise, in which more fails. */
  words: 0,
  tools: 0,
  ends: 0,
  failures: 0,
  /** Calls that the old could run and the new cannot. */
  broken: 0,
  /** Of the calls' length, per cent of which nothing is known under the new. */
  unknown: 50,
} as const;
export type Bound = keyof typeof ALLOWED;
export type Allowed = Readonly<Record<Bound, number>>;

export interface Measured {
  readonly bound: Bound;
  /** Undefined where only the difference is a figure. */
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** What is held to the bound. */
  readonly change: number;
  readonly allowed: number;
  readonly isWorse: boolean;
}

/** In the order of the bounds. `broken`: how many calls the new could not run. */
export function verdictOf(
  calls: readonly ComparedCall[],
  broken: number,
  allowed: Allowed,
): readonly Measured[] {
  const before = summed(calls.map((call) => ({ before: call.before, after: call.before })));
  const after = summed(calls);
  const tokens = (of: 'before' | 'after') => calls.reduce((sum, call) => sum + call.tokens[of], 0);
  const [thenTokens, nowTokens] = [tokens('before'), tokens('after')];
  const measured = (
    bound: Bound,
    change: number,
    values: { readonly before?: number; readonly after?: number } = {},
  ): Measured => ({
    ...{ bound, before: values.before, after: values.after },
    ...{ change, allowed: allowed[bound], isWorse: change > allowed[bound] },
  });
  const compared = (bound: Bound & keyof Summed) =>
    measured(bound, after[bound] - before[bound], { before: before[bound], after: after[bound] });
  const different = (kind: Difference) =>
    measured(kind, calls.filter(({ differences }) => differences.some((one) => one.kind === kind)).length);
  return [
    ...(['waitMs', 'quietMs', 'cutOffs', 'falseStops', 'missedStops'] as const).map(compared),
    measured('tokens', thenTokens === 0 ? 0 : (100 * nowTokens) / thenTokens - 100, {
      ...{ before: thenTokens, after: nowTokens },
    }),
    ...DIFFERENCES.map(different),
    measured('broken', broken),
    measured('unknown', 100 * (1 - after.knownShare)),
  ];
}
