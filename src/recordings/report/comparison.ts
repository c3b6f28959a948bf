/** Two calls, or the same call twice, turn by turn. */
import { turnStages, turnsOf, waitsOf } from '../../timeline/turn-stages.ts';
import type { Stage, TurnStages } from '../../timeline/turn-stages.ts';
import type { ReportedCall } from './reported-call.ts';

export type ComparedCall = Pick<ReportedCall, 'name' | 'timeline'>;

/** A smaller change than this is chance, ms: timers and sockets do no better. */
export const NOTICEABLE_MS = 20;

/** A figure of both calls; undefined where that call did not come to it. */
export interface Pair<T> {
  readonly a: T | undefined;
  readonly b: T | undefined;
}

export interface ComparedTurn extends Pair<TurnStages> {
  readonly turn: number;
  /** For how long the answer waited for each stage. */
  readonly waits: Pair<ReadonlyMap<Stage, number>>;
  /** From the caller's last word to the answer, ms. */
  readonly answerMs: Pair<number>;
}

export interface Comparison extends Pair<string> {
  readonly turns: readonly ComparedTurn[];
  /** Of the turns in which both answered. */
  readonly medianMs: Pair<number>;
  readonly interruptions: { readonly a: number; readonly b: number };
}

export function compareCalls(a: ComparedCall, b: ComparedCall): Comparison {
  const count = Math.max(turnsOf(a.timeline).length, turnsOf(b.timeline).length);
  const turns = Array.from({ length: count }, (_, at) =>
    comparedTurn(stagesAt(a, at), stagesAt(b, at), at + 1),
  );
  const both = turns.filter(({ answerMs }) => answerMs.a !== undefined && answerMs.b !== undefined);
  return {
    a: a.name,
    b: b.name,
    turns,
    medianMs: {
      a: median(both.flatMap(({ answerMs }) => answerMs.a ?? [])),
      b: median(both.flatMap(({ answerMs }) => answerMs.b ?? [])),
    },
    interruptions: { a: interruptionsOf(a), b: interruptionsOf(b) },
  };
}

/** B less A; undefined where one of them is missing. */
export function changeOf({ a, b }: Pair<number>): number | undefined {
  return a === undefined || b === undefined ? undefined : b - a;
}

function stagesAt({ timeline }: ComparedCall, at: number): TurnStages | undefined {
  const turn = turnsOf(timeline)[at];
  return turn === undefined ? undefined : turnStages(timeline, turn);
}

function comparedTurn(a: TurnStages | undefined, b: TurnStages | undefined, turn: number): ComparedTurn {
  return {
    turn,
    a,
    b,
    waits: { a: a && waitsByStage(a), b: b && waitsByStage(b) },
    answerMs: { a: a?.times.voiceToVoice, b: b?.times.voiceToVoice },
  };
}

function waitsByStage({ times }: TurnStages): ReadonlyMap<Stage, number> {
  return new Map(waitsOf(times).map(({ stage, ms }) => [stage, ms]));
}

function interruptionsOf({ timeline }: ComparedCall): number {
  return timeline.filter(({ type }) => type === 'bargeIn.stopped').length;
}

/** The lower of the two in the middle, so that it is one that was measured. */
export function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
