/** `npm run bench -- cost`: what a call costs the processor, stage by stage, in this process: no telephone, no waiting. */
import { Session } from 'node:inspector/promises';
import { readFile } from 'node:fs/promises';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { measured } from './cost/measured.ts';
import type { Stage } from './cost/measured.ts';
import { ownersIn } from '../support/profile-shares.ts';
import type { CpuProfile } from '../support/profile-shares.ts';
import { costStages } from './cost/stages.ts';
import { median } from '../support/percentile.ts';

const ROUNDS = 11;

/** Calls' minutes that are profiled together: a thousand samples or so. */
const PROFILED_MINUTES = 60;

/** Smaller shares are told together. */
const LEAST_SHARE = 0.01;

export const cost: Bench = {
  name: 'cost',
  minutes: 1,
  fixedMinutes: 0.1,
  bearsLoad: true,
  explanation:
    `Processor time in this process, µs each, of ${ROUNDS} rounds: waiting for a busy machine is not counted. The last line adds up the\n` +
    'stages of a minute of a call that is recorded: 3000 frames heard, 1000 spoken, six turns of 30 tokens with an early answer each.',
  run: async (scale, tell) => {
    const stages = await costStages();
    const found: Measurement[] = [];
    for (const stage of stages) {
      const one = await measured(stage, repetitions(ROUNDS, scale));
      found.push(one);
      tell([one]);
    }
    const shares = await profiled(stages, repetitions(PROFILED_MINUTES, scale));
    for (const stage of stages) await stage.close?.();
    const minuteUs = stages.reduce(
      (sum, { perMinute }, at) => sum + perMinute * median([...(found[at]?.samples ?? [])]),
      0,
    );
    tell([
      { what: 'a minute of a call, of one core', unit: '%', samples: [minuteUs / 60e6 / 0.01] },
      ...sharesTold(shares),
    ]);
  },
};

/** `cost-of FILE…`: whose code a service was in, by the profiles that `node --cpu-prof` has left. */
export async function sharesOfProfiles(files: readonly string[]): Promise<readonly Measurement[]> {
  const told: Measurement[] = [];
  for (const file of files)
    told.push(...sharesTold(ownersIn(JSON.parse(await readFile(file, 'utf8')) as CpuProfile)));
  return told;
}

/** The stages in their proportions, so that what they share, such as collecting garbage, is in it as in a call. */
async function profiled(stages: readonly Stage[], minutes: number): Promise<ReadonlyMap<string, number>> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    for (const stage of stages) await stage.run(stage.perMinute * minutes);
    const { profile } = await session.post('Profiler.stop');
    return ownersIn(profile);
  } finally {
    session.disconnect();
  }
}

function sharesTold(shares: ReadonlyMap<string, number>): readonly Measurement[] {
  const rest = [...shares.values()]
    .filter((share) => share < LEAST_SHARE)
    .reduce((sum, share) => sum + share, 0);
  const named = [...shares].filter(([, share]) => share >= LEAST_SHARE);
  return [...named, ['all others', rest] as const].map(([owner, share]) => ({
    ...{ what: `share of ${owner}`, unit: '%' as const, samples: [100 * share] },
  }));
}
