/** The figures of many calls under one set of settings, beside those of the same calls as they were. */
import type { CallFigures, TurnFigures } from '../figures/call-figures.ts';

/** All of them: the less the better. */
export interface Summary {
  /** From the caller's last word to the answer, mean, ms. */
  readonly waitMs: number;
  /** Until anything is heard, mean, ms. */
  readonly quietMs: number;
  /** For each hundred turns. */
  readonly cutOffs: number;
  readonly falseStops: number;
  readonly missedStops: number;
  /** Of the model, for each turn. */
  readonly wastedTokens: number;
}

export interface Summed extends Summary {
  /** Of all the calls' length, 0 to 1. */
  readonly knownShare: number;
  /** Turns that are known under both. */
  readonly turns: number;
}

export interface Both {
  readonly before: CallFigures;
  readonly after: CallFigures;
}

/** The same turn in two runs ends with the same sound, ms. */
const SAME_TURN_MS = 50;

/**
 * Of turns that are known under both, waits are what they were before and the mean change: turns that are hard to answer are not better
 * answered for being unknown. What is counted is counted by known turns.
 */
export function summed(calls: readonly Both[]): Summed {
  const pairs = calls.flatMap(pairsOf);
  const turns = sum(calls, ({ after }) => after.turns.length);
  const perTurn = (of: (figures: CallFigures) => number) =>
    sum(calls, ({ after }) => of(after)) / Math.max(1, turns);
  const all = calls.flatMap(({ before }) => before.turns);
  const wait = (of: (turn: TurnFigures) => number | undefined) =>
    mean(all.flatMap((turn) => of(turn) ?? [])) +
    mean(
      pairs.flatMap(([before, after]) => {
        const [then, now] = [of(before), of(after)];
        return then === undefined || now === undefined ? [] : [now - then];
      }),
    );
  return {
    waitMs: wait(({ waitMs }) => waitMs),
    quietMs: wait(({ quietMs }) => quietMs),
    cutOffs: 100 * perTurn(({ cutOffs }) => cutOffs),
    falseStops: 100 * perTurn(({ falseStops }) => falseStops),
    missedStops: 100 * perTurn(({ missedStops }) => missedStops),
    wastedTokens: perTurn(({ wastedTokens }) => wastedTokens),
    knownShare:
      sum(calls, ({ after }) => after.knownMs) /
      Math.max(
        1,
        sum(calls, ({ after }) => after.lengthMs),
      ),
    turns: pairs.length,
  };
}

function pairsOf({ before, after }: Both): readonly (readonly [TurnFigures, TurnFigures])[] {
  return before.turns.flatMap((turn) => {
    const same = after.turns.find(({ fromMs }) => Math.abs(fromMs - turn.fromMs) <= SAME_TURN_MS);
    return same ? [[turn, same] as const] : [];
  });
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values, (value) => value) / values.length;
}
