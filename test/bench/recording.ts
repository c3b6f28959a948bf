/** What it costs a service to record its calls, and whether callers notice. */
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import type { RecordedCaller } from '../support/recorded-callers.ts';
import type { ServiceProcess } from './service-process.ts';
import { onCrowdStand, pauseMs } from './stand.ts';
import type { Ground } from './stand.ts';
import { askOfCrowd, crowdBot, ownTimes, streamEnv, streamProviders } from './stream-turns.ts';
import type { Crowd } from './stream-turns.ts';
import { threadTimes } from './thread-times.ts';
import type { ThreadTimes } from './thread-times.ts';
import { missed, together } from './turn-taking.ts';
import type { Answers } from './turn-taking.ts';

/** A service that runs for months has compiled what it needs. */
const WARMING: Crowd = { calls: 30, turns: 2, roundMs: 3000 };

/** Of each of the two. */
const CROWD: Crowd = { calls: 50, turns: 3, roundMs: 6000 };

/** No two processes compile the same at the same time: each pair is of new ones. */
const PAIRS = 3;

/** Bundles are finished when their calls are over, and that counts, ms. */
const FINISHED_MS = 4000;

const BOTH = ['off', 'all'] as const;
type Which = (typeof BOTH)[number];

interface Half {
  readonly answers: Answers;
  /** From the first call's beginning until everything is written, a call. */
  readonly times: ThreadTimes;
}

type Pair = Readonly<Record<Which, Half>>;

export const recording: Bench = {
  name: 'recording',
  minutes: 3.6,
  fixedMinutes: 3.4,
  explanation:
    `Stream mode, two services beside each other on one Asterisk, ${CROWD.calls} calls at once in each, asking every 8 s: RECORD_CALLS=off and all,\n` +
    `${PAIRS} pairs of processes. Processor time of a call, until its bundle is on the disk: of the event loop; of V8's helpers, which\n` +
    'compile and collect garbage; and of all other threads.',
  run: async (scale, tell) => {
    const caller = await recordedCaller('question2');
    await onCrowdStand(streamProviders(caller.text), async (stand) => {
      const pairs: Pair[] = [];
      // Not the turns: what a bundle costs once is a larger share of a shorter call.
      const crowd = { ...CROWD, calls: repetitions(CROWD.calls, scale) };
      try {
        for (let pair = 0; pair < PAIRS; pair++) pairs.push(await measured(stand, crowd, caller));
      } finally {
        if (pairs.length > 0) tell(compared(pairs));
      }
    });
  },
};

async function measured(stand: Ground, crowd: Crowd, caller: RecordedCaller): Promise<Pair> {
  const services: Record<Which, ServiceProcess> = {
    off: await served(stand, 'off'),
    all: await served(stand, 'all'),
  };
  const inBoth = async <Result>(work: (which: Which) => Promise<Result>) => {
    const [off, all] = await Promise.all([work('off'), work('all')]);
    return { off, all };
  };
  const talk = async (some: Crowd) => {
    const answers = await inBoth((which) => askOfCrowd(stand, { ...some, extension: `at-${which}` }, caller));
    await pauseMs(FINISHED_MS);
    return answers;
  };
  await talk(WARMING);
  const before = await inBoth((which) => threadTimes(services[which].pid));
  const answers = await talk(crowd);
  const after = await inBoth((which) => threadTimes(services[which].pid));
  await inBoth((which) => services[which].stop());
  const half = (which: Which): Half => ({
    answers: answers[which],
    times: perCall(before[which], after[which], crowd.calls),
  });
  return { off: half('off'), all: half('all') };
}

/** Each is dialled by its own name. */
function served(stand: Ground, which: Which): Promise<ServiceProcess> {
  const app = `${stand.telephony.ari.app}-${which}`;
  return stand.serve(crowdBot, { ...streamEnv, RECORD_CALLS: which, ARI_APP: app });
}

function perCall(before: ThreadTimes, after: ThreadTimes, calls: number): ThreadTimes {
  return {
    loopMs: (after.loopMs - before.loopMs) / calls,
    v8Ms: (after.v8Ms - before.v8Ms) / calls,
    othersMs: (after.othersMs - before.othersMs) / calls,
  };
}

function compared(pairs: readonly Pair[]): readonly Measurement[] {
  const ofBoth = (what: string, samples: (half: Half) => readonly number[]) =>
    BOTH.map((which): Measurement => {
      return {
        what: `${what}, ${which}`,
        unit: 'ms',
        samples: pairs.flatMap((pair) => samples(pair[which])),
      };
    });
  const whole = ({ times: { loopMs, othersMs, v8Ms } }: Half) => loopMs + v8Ms + othersMs;
  const more = pairs.map(({ all, off }) => (100 * whole(all)) / whole(off) - 100);
  return [
    ...ofBoth('own time', ({ answers }) => ownTimes(answers.timesMs)),
    ...ofBoth('event loop, a call', ({ times }) => [times.loopMs]),
    ...ofBoth("V8's helpers, a call", ({ times }) => [times.v8Ms]),
    ...ofBoth('other threads, a call', ({ times }) => [times.othersMs]),
    { what: 'more processor time with all, a pair', unit: '%', samples: more, targetP95: 5 },
    ...missed('all pairs', together(pairs.flatMap(({ off, all }) => [off.answers, all.answers]))),
  ];
}
