/** What it costs a service to record its calls, and whether callers notice. */
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { plateauOf, sharesOf, watching } from './looks.ts';
import type { Plateau } from './looks.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import type { RecordedCaller } from '../support/recorded-callers.ts';
import { onStand, pauseMs } from './stand.ts';
import type { Stand } from './stand.ts';
import { crowdBot, ownTimes, streamEnv, streamStand } from './stream-turns.ts';
import { answerTimes } from './turn-taking.ts';

/** A service that runs for months has compiled what it needs. */
const WARMING = { calls: 30, turns: 1, roundMs: 3000 };

const CROWD = { calls: 100, turns: 3, roundMs: 6000 };

/** A machine that others use is not as quick in one minute as in the next: each half is measured again, in turn. */
const PAIRS = 2;

/** Bundles are finished when their calls are over, and that counts, ms. */
const FINISHED_MS = 4000;

interface Half {
  readonly ownMs: readonly number[];
  /** Per cent of a core, as it was looked at. */
  readonly shares: readonly number[];
  readonly plateau: Plateau;
  /** Processor time from the first call's beginning until everything is written. */
  readonly cpuMs: number;
}

export const recording: Bench = {
  name: 'recording',
  minutes: 4,
  fixedMinutes: 1.3,
  explanation:
    `Stream mode, ${CROWD.calls} calls at once, each asking every 8 s: RECORD_CALLS=off against all, in turn, ${PAIRS} times each.\n` +
    'Processor time counts until the bundles are on the disk.',
  run: async (scale) => {
    const caller = await recordedCaller('question2');
    return onStand(streamStand(caller.text), async (stand) => {
      const without: Half[] = [];
      const recorded: Half[] = [];
      const crowd = { ...CROWD, turns: repetitions(CROWD.turns, scale) };
      for (let pair = 0; pair < repetitions(PAIRS, scale); pair++) {
        without.push(await half(stand, crowd, caller, 'off'));
        recorded.push(await half(stand, crowd, caller, 'all'));
      }
      return compared(without, recorded);
    });
  },
};

async function half(
  stand: Stand,
  crowd: typeof CROWD,
  { pcm }: RecordedCaller,
  calls: 'off' | 'all',
): Promise<Half> {
  const service = await stand.serve(crowdBot, { ...streamEnv, RECORD_CALLS: calls });
  await answerTimes(stand.phone, { ...WARMING, question: pcm });
  await pauseMs(FINISHED_MS);
  const before = await service.usage();
  let present = 0;
  const onPresent = (count: number) => void (present = count);
  const watch = watching(service, () => present);
  const times = await answerTimes(stand.phone, { ...crowd, question: pcm, onPresent });
  const looks = await watch.end();
  await pauseMs(FINISHED_MS);
  const after = await service.usage();
  await service.stop();
  return {
    ownMs: ownTimes(times),
    shares: sharesOf(looks),
    plateau: plateauOf(looks, crowd.calls),
    cpuMs: after.cpuMs - before.cpuMs,
  };
}

function compared(without: readonly Half[], recorded: readonly Half[]): readonly Measurement[] {
  const both = [
    { what: 'off', halves: without },
    { what: 'all', halves: recorded },
  ];
  const more = recorded.map(({ cpuMs }, pair) => (100 * cpuMs) / (without[pair]?.cpuMs ?? NaN) - 100);
  return [
    ...both.map(({ what, halves }): Measurement => {
      return { what: `own time, ${what}`, unit: 'ms', samples: halves.flatMap(({ ownMs }) => ownMs) };
    }),
    ...both.map(({ what, halves }): Measurement => {
      return { what: `CPU, ${what}`, unit: '%', samples: halves.flatMap(({ shares }) => shares) };
    }),
    ...both.flatMap(({ what, halves }) => plateaus(what, halves)),
    { what: 'more processor time with all, a pair', unit: '%', samples: more, targetP95: 5 },
  ];
}

/** While all callers are there, a figure for each half. */
function plateaus(what: string, halves: readonly Half[]): readonly Measurement[] {
  const aCall = (of: (plateau: Plateau) => number) => halves.map(({ plateau }) => of(plateau) / CROWD.calls);
  const measured = (name: string, of: (plateau: Plateau) => number): Measurement => {
    return { what: `${name}, ${what}`, unit: '%', samples: aCall(of) };
  };
  return [
    measured('CPU a call, all there', ({ userPercent, systemPercent }) => userPercent + systemPercent),
    measured("of it in the process's own code", ({ userPercent }) => userPercent),
    measured('of it in the kernel', ({ systemPercent }) => systemPercent),
  ];
}
