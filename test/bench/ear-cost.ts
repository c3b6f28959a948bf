/** What of a service's processor time with 100 calls the ear takes, out of the profile that `node --cpu-prof` leaves of it. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharesOfEntries } from '../support/profile-shares.ts';
import type { CpuProfile, EntryPoint } from '../support/profile-shares.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import { onCrowdStand } from './stand.ts';
import type { Ground } from './stand.ts';
import { askOfCrowd, crowdBot, streamEnv, streamProviders } from './stream-turns.ts';
import { missed } from './turn-taking.ts';
import type { Answers } from './turn-taking.ts';

const CROWD = { calls: 100, turns: 3, roundMs: 6000, dialEveryMs: 100 };

/** What a call may cost more for being listened to, %. */
const TARGET = 3;

/** Whoever wants to know what a crowd costs lets it in, on a busy machine too. */
const env = { ...streamEnv, MAX_EVENT_LOOP_LAG_MS: '10000' };

/** Where the house comes to what it would not do without the ear. */
const ENTRIES: readonly EntryPoint[] = [
  { what: 'what the caller says', file: '/src/ear/call-ear.js', name: 'caller' },
  // Read again out of what was sent, for whoever listens: the ear, and a recorder where there is one.
  {
    what: 'what the bot says, read when it was heard',
    file: '/src/telephony/streaming/playout.js',
    name: '#tellHeard',
  },
  { what: 'what the bot says, read when it was heard', file: '/src/ear/call-ear.js', name: 'bot' },
  { what: 'reports', file: '/src/ear/heard-call.js' },
  { what: 'reports', file: '/src/ops/ear-metrics.js' },
  { what: 'reports', file: '/src/alerts/watch-ear.js' },
  // Where the frame in between was compiled away.
  { what: 'what the caller says', file: '/src/ear/' },
];

export const earCost: Bench = {
  name: 'ear-cost',
  minutes: 1.6,
  fixedMinutes: 0.8,
  bearsLoad: true,
  explanation:
    `Stream mode, ${CROWD.calls} calls at once on a real Asterisk, each asking every 8 s, not recorded: what of the service's processor time, once it is warm,\n` +
    'went into the ear and into what only the ear needs, calls of it included. Shares of a profile: a busy machine does not move them.',
  run: async (scale, tell) => {
    const caller = await recordedCaller('question2');
    await onCrowdStand(streamProviders(caller.text), async (stand) => {
      const dir = await mkdtemp(join(tmpdir(), 'parley-ear-cost-'));
      try {
        const crowd = { ...CROWD, calls: repetitions(CROWD.calls, scale) };
        const told = await profiled(stand, dir, async () => {
          const fromUs = monotonicUs();
          return { fromUs, answers: await askOfCrowd(stand, crowd, caller) };
        });
        tell(told);
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    });
  },
};

interface Talk {
  readonly fromUs: number;
  readonly answers: Answers;
}

async function profiled(
  stand: Ground,
  dir: string,
  talk: () => Promise<Talk>,
): Promise<readonly Measurement[]> {
  const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${dir}`];
  const service = await stand.serve(crowdBot, env, { nodeOptions });
  const { fromUs, answers } = await talk();
  // It writes the profile as it ends.
  await service.stop();
  const files = (await readdir(dir)).filter((name) => name.endsWith('.cpuprofile'));
  if (files.length === 0) throw new Error('the service has left no profile');
  const profiles = await Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(dir, name), 'utf8')) as CpuProfile),
  );
  const { shares, busyUs } = sharesOfEntries(profiles, ENTRIES, fromUs);
  const all = [...shares.values()].reduce((sum, share) => sum + share, 0);
  return [
    ...[...shares].map(([what, share]) => ({ what, unit: '%' as const, samples: [100 * share] })),
    {
      what: 'more processor time for the ear',
      unit: '%',
      samples: [(100 * all) / (1 - all)],
      targetP95: TARGET,
    },
    { what: 'processor time of the service that was looked at', unit: 'ms', samples: [busyUs / 1000] },
    ...missed('of all', answers),
  ];
}

/** The clock of V8's profiles, of all processes of a machine. */
function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
