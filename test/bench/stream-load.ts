/** Many calls at once in stream mode: what callers wait, what the service costs meanwhile, and the same of a bot that knows all beforehand. */
import { recordedCaller } from '../support/recorded-callers.ts';
import type { RecordedCaller } from '../support/recorded-callers.ts';
import { percentilesOf } from '../../src/lab/probe/percentiles.ts';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { LOOK_EVERY_MS, MEBIBYTE, plateauOf, sharesOf, watching } from './looks.ts';
import type { Look, Plateau } from './looks.ts';
import type { Usage } from './service-process.ts';
import { Lateness } from './lateness.ts';
import { onCrowdStand } from './stand.ts';
import type { CrowdStand } from './stand.ts';
import { startStreamFloor } from './stream-floor.ts';
import { askOfCrowd, crowdBot, ownTimes, SCRIPTED_MS, streamEnv, streamProviders } from './stream-turns.ts';
import { missed } from './turn-taking.ts';
import type { Answers } from './turn-taking.ts';

const TURNS = 5;
/** With one turn the first callers have gone before the last have come. */
const FEWEST_TURNS = 3;
/** People listen and think between two questions. Ten of them call a second, so that all 200 talk at once for 20 s. */
const CROWD = { roundMs: 6000, dialEveryMs: 100 };

/** Fewer would be another figure: whoever repeats less often asks less often. */
const CALLS = 100;
/** Only where there is time. */
const MANY_CALLS = 200;
const MANY_FROM_SCALE = 0.5;

/** Of 100 calls on two cores, which carry their phones and Asterisk as well. */
const TARGETS = { ownShareMs: 50, percentACall: 0.25, megabytesACall: 0.4 };
/** Of 200. */
const MANY_TARGETS = { ownMs: 60, percent: 100 };

export const streamLoad: Bench = {
  name: 'stream-load',
  minutes: 3.3,
  fixedMinutes: 1.7,
  explanation:
    `Stream mode with many calls at once, ten a second of them dialled, each asking every 8 s. Own time: caller's last sample → bot's first, less ${SCRIPTED_MS} ms of the providers'.\n` +
    'Floor: a bot in a process of its own that knows all beforehand, before the same callers: what Asterisk, its sockets and the phones take. Own share: the p95 of the one less that of the other.\n' +
    'Late: an event loop of the bench did by so much later what was due; phones and stand-ins have one each, and the phones are as late before the floor.\n' +
    `CPU in per cent of one core, looked at every ${LOOK_EVERY_MS} ms: over the whole run, in which callers come and go, and while all are there.`,
  run: async (scale, tell) => {
    const caller = await recordedCaller('question2');
    const turns = Math.max(FEWEST_TURNS, repetitions(TURNS, scale));
    await onCrowdStand(streamProviders(caller.text), async (stand) => {
      tell(await besideTheFloor(stand, turns, caller));
      if (scale >= MANY_FROM_SCALE) tell(await many(stand, turns, caller));
    });
  },
};

async function ofTheFloor(stand: CrowdStand, turns: number, caller: RecordedCaller): Promise<Loaded> {
  const floor = await startStreamFloor(stand.telephony, SCRIPTED_MS);
  try {
    return await crowdAt(stand, floor, { calls: CALLS, turns }, caller);
  } finally {
    await floor.stop();
  }
}

async function besideTheFloor(
  stand: CrowdStand,
  turns: number,
  caller: RecordedCaller,
): Promise<readonly Measurement[]> {
  const least = await ofTheFloor(stand, turns, caller);
  const service = await stand.serve(crowdBot, streamEnv);
  const own = await crowdAt(stand, service, { calls: CALLS, turns }, caller);
  await service.stop();
  const p95 = (of: Loaded) => percentilesOf(of.ownMs).p95;
  return [
    ...waits(CALLS, own),
    { what: `floor, ${CALLS} calls`, unit: 'ms', samples: least.ownMs },
    { what: 'of it late: the phones', unit: 'ms', samples: least.late.phones },
    {
      ...{ what: `own share at p95, ${CALLS} calls: less the floor's`, unit: 'ms' },
      samples: [p95(own) - p95(least)],
      targetP95: TARGETS.ownShareMs,
    },
    { what: `CPU, ${CALLS} calls`, unit: '%', samples: sharesOf(own.looks) },
    ...costsACall(`all ${CALLS} there`, own, TARGETS),
    ...costACall('the floor', least),
  ];
}

async function many(
  stand: CrowdStand,
  turns: number,
  caller: RecordedCaller,
): Promise<readonly Measurement[]> {
  const service = await stand.serve(crowdBot, streamEnv);
  const own = await crowdAt(stand, service, { calls: MANY_CALLS, turns }, caller);
  await service.stop();
  const cpu = { what: `CPU, ${MANY_CALLS} calls`, unit: '%', samples: sharesOf(own.looks) } as const;
  return [
    ...waits(MANY_CALLS, own, MANY_TARGETS.ownMs),
    { ...cpu, targetP95: MANY_TARGETS.percent },
    ...costsACall(`all ${MANY_CALLS} there`, own),
  ];
}

/** What became of a crowd. */
interface Loaded {
  readonly answers: Answers;
  /** How late those who measure did what was due, ms: it is in every time that is told here. */
  readonly late: { readonly phones: readonly number[]; readonly providers: readonly number[] };
  readonly ownMs: readonly number[];
  readonly looks: readonly Look[];
  /** Undefined where a call failed: they were never all there. */
  readonly plateau: Plateau | undefined;
  readonly calls: number;
  /** What the process had before anybody called. */
  readonly idle: Usage;
}

async function crowdAt(
  stand: CrowdStand,
  process: { usage(): Promise<Usage> },
  { calls, turns }: { readonly calls: number; readonly turns: number },
  caller: RecordedCaller,
): Promise<Loaded> {
  const idle = await process.usage();
  let present = 0;
  const watch = watching(process, () => present);
  const onPresent = (count: number) => void (present = count);
  const phones = new Lateness();
  await stand.providers.lateMs();
  const answers = await askOfCrowd(stand, { ...CROWD, calls, turns, onPresent }, caller);
  const late = { phones: phones.taken(), providers: await stand.providers.lateMs() };
  phones.stop();
  const looks = await watch.end();
  const plateau = answers.failedCalls === 0 ? plateauOf(looks, calls) : undefined;
  return { answers, late, ownMs: ownTimes(answers.timesMs), looks, plateau, calls, idle };
}

function waits(calls: number, { answers, late, ownMs }: Loaded, targetP95?: number): readonly Measurement[] {
  const target = targetP95 === undefined ? {} : { targetP95 };
  return [
    { what: `voice to voice, ${calls} calls`, unit: 'ms', samples: answers.timesMs },
    { what: `own time, ${calls} calls`, unit: 'ms', samples: ownMs, ...target },
    { what: 'of it late: the phones', unit: 'ms', samples: late.phones },
    { what: "of it late: the providers' stand-ins", unit: 'ms', samples: late.providers },
    ...missed(`${calls} calls`, answers),
  ];
}

function costsACall(when: string, loaded: Loaded, targets?: typeof TARGETS): readonly Measurement[] {
  const { plateau, calls, idle } = loaded;
  if (!plateau) return [];
  const part = (what: string, percent: number): Measurement => {
    return { what: `of it ${what}`, unit: '%', samples: [percent / calls] };
  };
  return [
    ...costACall(when, loaded, targets?.percentACall),
    part("in the process's own code", plateau.userPercent),
    part('in the kernel', plateau.systemPercent),
    {
      ...{ what: `memory a call, ${when}`, unit: 'MB' },
      samples: plateau.looks.map(({ rssBytes }) => (rssBytes - idle.rssBytes) / MEBIBYTE / calls),
      ...(targets && { targetP95: targets.megabytesACall }),
    },
  ];
}

function costACall(when: string, { plateau, calls }: Loaded, targetP95?: number): readonly Measurement[] {
  if (!plateau) return [];
  const samples = [(plateau.userPercent + plateau.systemPercent) / calls];
  return [{ what: `CPU a call, ${when}`, unit: '%', samples, ...(targetP95 !== undefined && { targetP95 }) }];
}
