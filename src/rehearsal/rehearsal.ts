/** All callers of a rehearsal, each so many times, and what became of them. */
import { eachAtOnce } from '../base/async.ts';
import { faultsOf, figuresOf } from './judge.ts';
import type { Figures } from './judge.ts';
import type { CallerProfile } from './caller-file.ts';
import { rehearse } from './rehearse.ts';
import type { RehearsedCall, Stage } from './rehearse.ts';

export interface JudgedCall {
  readonly call: RehearsedCall;
  readonly figures: Figures;
  /** A sentence each; none for a good call. */
  readonly faults: readonly string[];
}

export interface Rehearsal {
  readonly bot: string;
  readonly calls: readonly JudgedCall[];
}

export interface RehearsalOptions {
  /** How often each caller calls. */
  readonly times: number;
  /** Of the first call of each; the others have those behind it. */
  readonly seed: number;
  /** What else is wrong with a call; nothing, if not given. */
  readonly alsoJudge?: (call: RehearsedCall) => Promise<readonly string[]>;
}

/** Calls wait for a model in one another's time. */
const AT_ONCE = 4;

/** In the order of the callers and their seeds. */
export async function rehearseAll(
  stage: Stage,
  callers: readonly CallerProfile[],
  { times, seed, alsoJudge = () => Promise.resolve([]) }: RehearsalOptions,
): Promise<Rehearsal> {
  const wanted = callers.flatMap((caller) =>
    Array.from({ length: times }, (_, at) => ({ caller, seed: seed + at })),
  );
  const calls: JudgedCall[] = [];
  await eachAtOnce(wanted, AT_ONCE, async ({ caller, seed: ofCall }, at) => {
    const call = await rehearse(stage, caller, ofCall);
    calls[at] = {
      call,
      figures: figuresOf(call),
      faults: [...faultsOf(call), ...(await alsoJudge(call))],
    };
  });
  return { bot: stage.profile.name, calls };
}

export function isGood({ calls }: Rehearsal): boolean {
  return calls.every(({ faults }) => faults.length === 0);
}

/** Those of one caller together, in their order. */
export function byCaller({ calls }: Rehearsal): ReadonlyMap<string, readonly JudgedCall[]> {
  const callers = new Map<string, JudgedCall[]>();
  for (const judged of calls) {
    const { name } = judged.call.caller;
    callers.set(name, [...(callers.get(name) ?? []), judged]);
  }
  return callers;
}

/** The middle one; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
