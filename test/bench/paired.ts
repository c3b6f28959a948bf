/**
 * `npm run bench -- paired --against DIR`: this tree and another checkout, by turns in one run, so that a machine that is busier at one
 * time than at another is so for both. What is measured with is this tree's: telephone, providers, phones.
 */
import type { Measurement } from './bench.ts';
import { median } from '../support/percentile.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import { builtProgram } from './service-process.ts';
import { onStand } from './stand.ts';
import type { Stand } from './stand.ts';
import { interruptedBot, interruptedStand, interruptions } from './stream-barge-in.ts';
import { ask, crowdBot, ownTimes, streamEnv, streamStand } from './stream-turns.ts';

export interface PairedOptions {
  /** The root of the other checkout, with its packages installed. */
  readonly against: string;
  /** Of each, of each scenario. */
  readonly rounds: number;
  /** At once. */
  readonly calls: number;
}

/** One figure of both, a value a round. */
export interface Pair {
  readonly what: string;
  readonly unit: Measurement['unit'];
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

/** Questions of each caller in a round, and how long after the last one's end the next one may come, ms. */
const TURNS = 3;
const ROUND_MS = 4000;

/** How far apart callers begin, ms. */
const DIAL_EVERY_MS = 100;

/** Each of four callers talks over the bot so often in a round, of each of three utterances. */
const INTERRUPTIONS_EACH = 1;

/** What a round gives: a value by what it is of. */
type Round = ReadonlyMap<string, number>;

type Scenario = (stand: Stand, program: readonly string[]) => Promise<Round>;

export async function comparePaired({ against, rounds, calls }: PairedOptions): Promise<readonly Pair[]> {
  const programs = { ours: builtProgram(), theirs: builtProgram(against) };
  const caller = await recordedCaller('question2');
  const talking = await onStand(streamStand(caller.text), (stand) =>
    byTurns(programs, rounds, (program) => talk(calls)(stand, program)),
  );
  const interrupting = await onStand(interruptedStand, (stand) =>
    byTurns(programs, rounds, (program) => interrupt(stand, program)),
  );
  return [...talking, ...interrupting];
}

/** Whoever was first in a round is second in the next one. */
async function byTurns(
  { ours, theirs }: { readonly ours: readonly string[]; readonly theirs: readonly string[] },
  rounds: number,
  run: (program: readonly string[]) => Promise<Round>,
): Promise<readonly Pair[]> {
  const both: { readonly ours: Round[]; readonly theirs: Round[] } = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    const order = [['ours', ours] as const, ['theirs', theirs] as const];
    const of = new Map<string, Round>();
    try {
      for (const [name, program] of round % 2 === 0 ? order : order.toReversed())
        of.set(name, await run(program));
      both.ours.push(of.get('ours') as Round);
      both.theirs.push(of.get('theirs') as Round);
    } catch (error) {
      // Of a machine that is too busy for one of them the round says nothing of either.
      console.log(`round ${round + 1} is left out: ${String(error)}`);
    }
  }
  const values = (of: readonly Round[], what: string) => of.map((round) => round.get(what) ?? Number.NaN);
  return [...(both.ours[0]?.keys() ?? [])].map((what) => ({
    what,
    unit: what.startsWith('processor') || what.startsWith('missed') ? '%' : 'ms',
    ours: values(both.ours, what),
    theirs: values(both.theirs, what),
  }));
}

function talk(calls: number): Scenario {
  return async (stand, program) => {
    const caller = await recordedCaller('question2');
    const service = await stand.serve(crowdBot, streamEnv, { program });
    const before = { ...(await service.usage()), atMs: performance.now() };
    try {
      const samples = ownTimes(
        await ask(stand, { calls, turns: TURNS, roundMs: ROUND_MS, dialEveryMs: DIAL_EVERY_MS }, caller),
      );
      const { cpuMs } = await service.usage();
      const share = (100 * (cpuMs - before.cpuMs)) / (performance.now() - before.atMs);
      return new Map([
        [`own share of a turn, ${calls} calls, median`, median(samples)],
        [`own share of a turn, ${calls} calls, worst`, Math.max(...samples)],
        [`processor time, ${calls} calls, of one core`, share],
      ]);
    } finally {
      await service.stop();
    }
  };
}

const interrupt: Scenario = async (stand, program) => {
  const service = await stand.serve(interruptedBot, { MEDIA_MODE: 'stream' }, { program });
  try {
    const [silent, missed] = await interruptions(stand, INTERRUPTIONS_EACH);
    if (!silent?.samples.length) throw new Error('the bot fell silent for nobody');
    return new Map([
      ['barge-in: bot silent after, median', median(silent.samples)],
      ['missed interruptions', missed?.samples[0] ?? Number.NaN],
    ]);
  } finally {
    await service.stop();
  }
};
