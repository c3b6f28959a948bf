/** Several daemons at one Asterisk: what a call costs with one, two and three of them, what Redis does for it, and how long callers hear nothing when one dies. */
import { readdir, readFile } from 'node:fs/promises';
import { silentLog } from '../../src/base/log.ts';
import { openRedis } from '../../src/base/redis.ts';
import type { Redis } from '../../src/base/redis.ts';
import { RedisServer } from '../../src/base/testing/redis-server.ts';
import { exactSounds } from '../../src/lab/phone/exact-sounds.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import type { RecordedCaller } from '../support/recorded-callers.ts';
import { mean } from '../support/percentile.ts';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import type { ServiceProcess } from './service-process.ts';
import { inCalls, onStand, pauseMs } from './stand.ts';
import type { Stand } from './stand.ts';
import { crowdBot, streamEnv, streamStand } from './stream-turns.ts';
import { answersOf, GREETED_MS } from './turn-taking.ts';

/**
 * Of each daemon: each does the same, however many there are. Phones and Asterisk take more of the machine than the daemons do, so what is
 * compared is processor time and not what a machine carries; more calls would measure a machine that is full.
 */
const CALLS_EACH = 8;
const TURNS = 4;
const ROUND_MS = 4000;
const DIAL_EVERY_MS = 100;
/** Each that is compared is there early and late: whatever a machine does meanwhile falls on both. Whoever only tries it out has each once. */
const ROUNDS = { all: [0, 1, 2, 3, 3, 1, 0], few: [0, 1, 2, 3] };
const FEW_BELOW = 0.5;

/** A daemon with nothing to do is looked at for so long, ms: 50 heartbeats. */
const IDLE_MS = 20_000;
const BEATS_A_SECOND = 2.5;

const CALLERS_OF_THE_DEAD = 8;
const KILLS = 3;
/** Linux counts a process's time in these. */
const TICK_MS = 10;

/** Nobody is waited for longer, ms. */
const BACK_WITHIN_MS = 10_000;
const KILLED_AFTER_MS = 3000;

/** Nobody who hears nothing is asked whether they are there: that would be the sound that is waited for. */
const bot = { ...crowdBot, reconnected: 'Мы снова на связи.', silence: { afterMs: 60_000 } };

export const fleet: Bench = {
  name: 'fleet',
  minutes: 6.5,
  fixedMinutes: 1.6,
  explanation:
    `${CALLS_EACH} calls in stream mode at each of 1 to 3 daemons with a lease in a real Redis, ${TURNS} turns each: processor time of all daemons, of Asterisk,\n` +
    `and of phones and stand-ins, by the call; before and behind that one daemon without a fleet, as a machine is not the same all the time. Commands are counted by Redis itself, those of scripts among them, less what heartbeats send meanwhile. Lease: also a daemon with nothing to do, with and without a fleet.\n` +
    `Silence: kill -9 of a daemon with ${CALLERS_OF_THE_DEAD} callers → the first that each hears of the other.`,
  run: async (scale, tell) => {
    const caller = await recordedCaller('question2');
    const server = await RedisServer.start();
    const redis = openRedis(server.url, silentLog);
    try {
      await onStand(streamStand(caller.text), async (stand) => {
        const measured: Measurement[] = [];
        // By how many daemons there were; 0 of a fleet: one that is alone.
        const costs = new Map<number, number[]>();
        try {
          for (const count of scale < FEW_BELOW ? ROUNDS.few : ROUNDS.all) {
            const { cpuMs, ...more } =
              count === 0
                ? await alone(stand, scale, caller)
                : await crowd(stand, { count, scale, url: server.url, redis }, caller);
            costs.set(count, [...(costs.get(count) ?? []), cpuMs]);
            measured.push(...more.measurements);
          }
        } finally {
          tell(together(measured));
        }
        const costOf = (count: number) => mean(costs.get(count) ?? []);
        tell([
          {
            ...{ what: 'the lease with calls: more processor time than alone', unit: '%' },
            samples: [percentMore(costOf(1), costOf(0))],
            targetP95: 3,
          },
          {
            ...{ what: 'a call with 3 daemons: more processor time than with 1', unit: '%' },
            samples: [percentMore(costOf(3), costOf(1))],
            targetP95: 10,
          },
        ]);
        tell(await lease(stand, server.url, redis, scale));
        const silences: number[] = [];
        for (let kill = 0; kill < repetitions(KILLS, scale); kill++)
          silences.push(...(await killed(stand, server.url, kill)));
        const back = silences.filter(Number.isFinite);
        tell([
          { what: 'silence after kill -9', unit: 'ms', samples: back, targetP95: 3000 },
          {
            what: `never heard again, of ${silences.length}`,
            unit: '',
            samples: [silences.length - back.length],
            targetP95: 0,
          },
        ]);
      });
    } finally {
      redis.disconnect();
      await server.end();
    }
  },
};

function daemon(stand: Stand, url: string, name: string): Promise<ServiceProcess> {
  return stand.serve(bot, { ...streamEnv, REDIS_URL: url, INSTANCE_ID: name });
}

/** What was measured several times, with all its samples. */
function together(all: readonly Measurement[]): Measurement[] {
  const byName = new Map<string, Measurement>();
  for (const each of all) {
    const samples = [...(byName.get(each.what)?.samples ?? []), ...each.samples];
    byName.set(each.what, { ...each, samples });
  }
  return [...byName.values()];
}

async function alone(stand: Stand, scale: number, caller: RecordedCaller): Promise<Cost> {
  const service = await stand.serve(bot, streamEnv);
  const cost = await crowdAt(stand, { services: { 100: service }, scale }, caller);
  await service.stop();
  return cost;
}

interface OfAFleet {
  readonly count: number;
  readonly scale: number;
  readonly url: string;
  readonly redis: Redis;
}

interface Cost {
  /** Of the daemons, a call. */
  readonly cpuMs: number;
  readonly measurements: readonly Measurement[];
}

async function crowd(
  stand: Stand,
  { count, scale, url, redis }: OfAFleet,
  caller: RecordedCaller,
): Promise<Cost> {
  const services: Record<string, ServiceProcess> = {};
  // Daemons that were here before are looked after for a while, and that costs commands.
  await redis.flushall();
  for (let index = 0; index < count; index++) {
    const name = `of${count}-${index}`;
    services[`at-${name}`] = await daemon(stand, url, name);
  }
  const [before, beganMs] = [await commandsOf(redis), performance.now()];
  const { cpuMs, measurements, calls } = await crowdAt(stand, { services, scale }, caller);
  const tookSeconds = (performance.now() - beganMs) / 1000;
  const commands = (await commandsOf(redis)) - before;
  const beats = count * BEATS_A_SECOND * tookSeconds * (await commandsOfABeat(redis, count));
  for (const each of Object.values(services)) await each.stop();
  const what = `${manyDaemons(count)}: Redis commands a call`;
  return {
    cpuMs,
    measurements: [...measurements, { what, unit: '', samples: [(commands - beats) / calls] }],
  };
}

/** `services` by the extension at which each is called. */
async function crowdAt(
  stand: Stand,
  {
    services,
    scale,
  }: { readonly services: Readonly<Record<string, ServiceProcess>>; readonly scale: number },
  { pcm }: RecordedCaller,
): Promise<Cost & { readonly calls: number }> {
  const extensions = Object.keys(services);
  const count = extensions.length;
  const each = repetitions(CALLS_EACH, scale);
  const turns = repetitions(TURNS, scale);
  const asking = { calls: each, turns, question: pcm, roundMs: ROUND_MS };
  const looks = async () => [
    await cpuMsOf(Object.values(services)),
    await cpuMsOfAsterisk(),
    cpuMsOfThisProcess(),
  ];
  const before = await looks();
  const asked = await Promise.all(
    extensions.map((extension) =>
      answersOf(stand.phone, { ...asking, dialEveryMs: DIAL_EVERY_MS * count, extension }),
    ),
  );
  const after = await looks();
  const calls = each * count;
  const [cpuMs = 0, ofAsterisk = 0, ofPhones = 0] = after.map((ms, index) => (ms - before[index]!) / calls);
  const unanswered = asked.reduce((sum, each) => sum + each.unanswered, 0);
  const of = extensions[0] === '100' ? 'alone' : manyDaemons(count);
  return {
    ...{ cpuMs, calls },
    measurements: [
      { what: `${of}: processor time a call`, unit: 'ms', samples: [cpuMs] },
      { what: `${of}: Asterisk's a call`, unit: 'ms', samples: [ofAsterisk] },
      { what: `${of}: phones' and stand-ins' a call`, unit: 'ms', samples: [ofPhones] },
      { what: `${of}: voice to voice`, unit: 'ms', samples: asked.flatMap(({ timesMs }) => timesMs) },
      { what: `${of}: unanswered, of ${calls * turns}`, unit: '', samples: [unanswered] },
    ],
  };
}

function manyDaemons(count: number): string {
  return `${count} daemon${count > 1 ? 's' : ''}`;
}

function percentMore(cost = 0, than = 0): number {
  return than > 0 ? 100 * (cost / than - 1) : 0;
}

/** While nothing else happens. */
async function commandsOfABeat(redis: Redis, daemons: number): Promise<number> {
  const before = await commandsOf(redis);
  const beganMs = performance.now();
  await pauseMs(IDLE_MS / 5);
  const beats = daemons * BEATS_A_SECOND * ((performance.now() - beganMs) / 1000);
  return ((await commandsOf(redis)) - before) / beats;
}

async function lease(
  stand: Stand,
  url: string,
  redis: Redis,
  scale: number,
): Promise<readonly Measurement[]> {
  const idleMs = IDLE_MS * scale;
  const shareOf = async (service: ServiceProcess): Promise<number> => {
    const [before, beganMs] = [await cpuMsOf([service]), performance.now()];
    await pauseMs(idleMs);
    const share = (100 * ((await cpuMsOf([service])) - before)) / (performance.now() - beganMs);
    await service.stop();
    return share;
  };
  const unleased = await shareOf(await stand.serve(bot, streamEnv));
  await redis.flushall();
  const member = await daemon(stand, url, 'idle');
  const aBeat = await commandsOfABeat(redis, 1);
  const leased = await shareOf(member);
  return [
    { what: 'idle, alone: CPU', unit: '%', samples: [unleased] },
    { what: 'idle, in a fleet: CPU', unit: '%', samples: [leased] },
    { what: 'the lease: CPU of one core', unit: '%', samples: [leased - unleased], targetP95: 3 },
    { what: 'the lease: Redis commands a second', unit: '/s', samples: [aBeat * BEATS_A_SECOND] },
  ];
}

/** How long each caller heard nothing; Infinity for one who never heard anything again. */
async function killed(stand: Stand, url: string, round: number): Promise<readonly number[]> {
  const [dying, heir] = [
    await daemon(stand, url, `dies-${round}`),
    await daemon(stand, url, `heir-${round}`),
  ];
  const killedAtMs = performance.now() + CALLERS_OF_THE_DEAD * DIAL_EVERY_MS + KILLED_AFTER_MS;
  const end = (async () => {
    await pauseMs(killedAtMs - performance.now());
    dying.signal('SIGKILL');
  })();
  const silences = await inCalls(
    stand.phone,
    CALLERS_OF_THE_DEAD,
    async (call) => {
      await pauseMs(GREETED_MS);
      await end;
      await pauseMs(BACK_WITHIN_MS);
      return firstAfter(call, killedAtMs) - killedAtMs;
    },
    { dialEveryMs: DIAL_EVERY_MS, extension: `at-dies-${round}` },
  );
  await heir.stop();
  return silences;
}

function firstAfter(call: PhoneCall, atMs: number): number {
  return exactSounds(call.heard()).find(({ startedAtMs }) => startedAtMs > atMs)?.startedAtMs ?? Infinity;
}

async function cpuMsOf(services: readonly ServiceProcess[]): Promise<number> {
  const all = await Promise.all(services.map((service) => service.usage()));
  return all.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** Of the one that the stand has started. */
async function cpuMsOfAsterisk(): Promise<number> {
  const all = await Promise.all(
    (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(asteriskCpuMs),
  );
  return all.reduce((sum, ms) => sum + ms, 0);
}

/** 0 for any other process. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
async function asteriskCpuMs(pid: string): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [name, fields] = [
    stat.slice(0, stat.lastIndexOf(')')),
    stat.slice(stat.lastIndexOf(')') + 2).split(' '),
  ];
  // Debian's own is run by its own loader.
  const isAsterisk = /\((asterisk|ld-linux.*)$/.test(name);
  if (!isAsterisk || Number(fields[1]) !== process.pid) return 0;
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function cpuMsOfThisProcess(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Since Redis was started. */
async function commandsOf(redis: Redis): Promise<number> {
  const count = /total_commands_processed:(\d+)/.exec(await redis.info('stats'))?.[1];
  return Number(count);
}
