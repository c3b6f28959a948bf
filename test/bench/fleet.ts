/** Several daemons at one Asterisk: what a call costs with one, two and three of them, what Redis does for it, and how long callers hear nothing when one dies. */
import { silentLog } from '../../src/base/log.ts';
import { openRedis } from '../../src/base/redis.ts';
import type { Redis } from '../../src/base/redis.ts';
import { RedisServer } from '../../src/base/testing/redis-server.ts';
import { exactSounds } from '../../src/lab/phone/exact-sounds.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { recordedCaller } from '../support/recorded-callers.ts';
import type { RecordedCaller } from '../support/recorded-callers.ts';
import type { Bench, Measurement } from './bench.ts';
import { repetitions } from './bench.ts';
import type { ServiceProcess } from './service-process.ts';
import { inCalls, onStand, pauseMs } from './stand.ts';
import type { Stand } from './stand.ts';
import { crowdBot, streamEnv, streamStand } from './stream-turns.ts';
import { GREETED_MS, timesIfAnswered } from './turn-taking.ts';

/** Phones and Asterisk take as much of the machine as the daemons do: more calls would measure a machine that is full. */
const CALLS = 24;
const TURNS = 5;
const ROUND_MS = 4000;
const DIAL_EVERY_MS = 100;
const DAEMONS = [1, 2, 3];

/** A daemon with nothing to do is looked at for so long, ms: 50 heartbeats. */
const IDLE_MS = 20_000;
const BEATS_A_SECOND = 2.5;

const CALLERS_OF_THE_DEAD = 8;
const KILLS = 3;
/** Nobody is waited for longer, ms. */
const BACK_WITHIN_MS = 10_000;
const KILLED_AFTER_MS = 3000;

/** Nobody who hears nothing is asked whether they are there: that would be the sound that is waited for. */
const bot = { ...crowdBot, reconnected: 'Мы снова на связи.', silence: { afterMs: 60_000 } };

export const fleet: Bench = {
  name: 'fleet',
  minutes: 4,
  explanation:
    `${CALLS} calls in stream mode, ${TURNS} turns each, over 1 to 3 daemons with a lease in a real Redis: processor time of all daemons, shared out.\n` +
    `Commands are counted by Redis itself, those of scripts among them, less what heartbeats send meanwhile. Lease: a daemon with nothing to do, with and without a fleet.\n` +
    `Silence: kill -9 of a daemon with ${CALLERS_OF_THE_DEAD} callers → the first that each hears of the other.`,
  run: async (scale) => {
    const caller = await recordedCaller('question2');
    const server = await RedisServer.start();
    const redis = openRedis(server.url, silentLog);
    try {
      return await onStand(streamStand(caller.text), async (stand) => {
        const measurements: Measurement[] = [];
        for (const count of DAEMONS)
          measurements.push(...(await crowd(stand, { count, scale, url: server.url, redis }, caller)));
        measurements.push(...(await lease(stand, server.url, redis, scale)));
        const silences: number[] = [];
        for (let kill = 0; kill < repetitions(KILLS, scale); kill++)
          silences.push(...(await killed(stand, server.url, kill)));
        const back = silences.filter(Number.isFinite);
        measurements.push(
          { what: 'silence after kill -9', unit: 'ms', samples: back, targetP95: 3000 },
          {
            what: `never heard again, of ${silences.length}`,
            unit: '',
            samples: [silences.length - back.length],
            targetP95: 0,
          },
        );
        return measurements;
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

interface OfAFleet {
  readonly count: number;
  readonly scale: number;
  readonly url: string;
  readonly redis: Redis;
}

async function crowd(
  stand: Stand,
  { count, scale, url, redis }: OfAFleet,
  { pcm }: RecordedCaller,
): Promise<readonly Measurement[]> {
  const daemons: ServiceProcess[] = [];
  const names = Array.from({ length: count }, (_, index) => `of${count}-${index}`);
  for (const name of names) daemons.push(await daemon(stand, url, name));
  const calls = repetitions(CALLS / count, scale);
  const before = {
    cpuMs: await cpuMsOf(daemons),
    commands: await commandsOf(redis),
    atMs: performance.now(),
  };
  const asking = {
    calls,
    turns: TURNS,
    question: pcm,
    roundMs: ROUND_MS,
    dialEveryMs: DIAL_EVERY_MS * count,
  };
  const asked = await Promise.all(
    names.map((name) => timesIfAnswered(stand.phone, { ...asking, extension: `at-${name}` })),
  );
  const tookSeconds = (performance.now() - before.atMs) / 1000;
  const cpuMs = (await cpuMsOf(daemons)) - before.cpuMs;
  const commands = (await commandsOf(redis)) - before.commands;
  const beats = count * BEATS_A_SECOND * tookSeconds * (await commandsOfABeat(redis, count));
  for (const each of daemons) await each.stop();
  const all = asked.flat();
  const unanswered = all.filter((time) => time === undefined).length;
  const of = `${count} daemon${count > 1 ? 's' : ''}`;
  return [
    { what: `${of}: processor time a call`, unit: 'ms', samples: [cpuMs / (calls * count)] },
    { what: `${of}: Redis commands a call`, unit: '', samples: [(commands - beats) / (calls * count)] },
    { what: `${of}: voice to voice`, unit: 'ms', samples: all.filter((time) => time !== undefined) },
    { what: `${of}: unanswered, of ${all.length}`, unit: '', samples: [unanswered] },
  ];
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
  const alone = await shareOf(await stand.serve(bot, streamEnv));
  const member = await daemon(stand, url, 'idle');
  const aBeat = await commandsOfABeat(redis, 1);
  const leased = await shareOf(member);
  return [
    { what: 'idle, alone: CPU', unit: '%', samples: [alone] },
    { what: 'idle, in a fleet: CPU', unit: '%', samples: [leased] },
    { what: 'the lease: CPU of one core', unit: '%', samples: [Math.max(0, leased - alone)], targetP95: 3 },
    { what: 'the lease: Redis commands a second', unit: '', samples: [aBeat * BEATS_A_SECOND] },
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

/** Since Redis was started. */
async function commandsOf(redis: Redis): Promise<number> {
  const count = /total_commands_processed:(\d+)/.exec(await redis.info('stats'))?.[1];
  return Number(count);
}
