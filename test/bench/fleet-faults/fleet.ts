/** Two Asterisks with two daemons each, one Redis, HAProxy in front of three of them, and everybody that they need. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../src/base/project-root.ts';
import { RedisServer } from '../../../src/base/testing/redis-server.ts';
import { freeTcpPort } from '../../../src/base/free-ports.ts';
import { startChatSimulator } from '../../../src/lab/simulator/chat.ts';
import type { ReceivedMessage, ScriptedAnswer } from '../../../src/lab/simulator/chat.ts';
import { startSpeechKitSimulator } from '../../../src/lab/simulator/speechkit/speechkit.ts';
import { startCompanyServer } from '../../support/company.ts';
import type { CompanyServer } from '../../support/company.ts';
import { conversationOf } from '../../support/conversation-of.ts';
import { prepareEnvironment } from '../../support/environment.ts';
import { listeningTo } from '../../support/world.ts';
import type { Listening } from '../../support/world.ts';
import { startStallingProxy } from '../../support/stalling-proxy.ts';
import type { StallingProxy } from '../../support/stalling-proxy.ts';
import { startTelephony } from '../../support/telephony.ts';
import type { Telephony } from '../../support/telephony.ts';
import { builtProgram, startServiceProcess } from '../service-process.ts';
import type { ServiceProcess } from '../service-process.ts';
import { pauseMs } from '../stand.ts';
import { crowdBot, streamEnv } from '../stream-turns.ts';

export const GREETING = 'Добрый день!';
export const RECONNECTED = 'Мы снова тут.';

/** An order takes so long, ms: some are on their way whenever something happens. */
const ORDER_TAKES_MS = 1500;
/** It asks every 2 s. */
const BALANCED_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

/** Which Asterisk each is at: a call can only be taken over by a daemon at the same one. */
const DAEMONS = [
  ['a', 0],
  ['b', 0],
  ['c', 1],
  ['d', 1],
] as const;
export type DaemonName = (typeof DAEMONS)[number][0];
export const NAMES = DAEMONS.map(([name]) => name);

interface Readiness {
  readonly ready: boolean;
  readonly degraded?: readonly string[];
}

export interface FaultyFleet {
  readonly asterisks: readonly Telephony[];
  readonly redis: RedisServer;
  readonly company: CompanyServer;
  readonly listening: Listening;
  /** HAProxy. */
  readonly url: string;
  /** Between `a` and its Asterisk. */
  readonly proxy: StallingProxy;
  readonly asteriskOf: (name: DaemonName) => Telephony;
  readonly daemon: (name: DaemonName) => ServiceProcess;
  /** Resolves when it takes calls. */
  readonly startAgain: (name: DaemonName) => Promise<void>;
  readonly readyz: (name: DaemonName) => Promise<Readiness>;
}

const botOf = (company: CompanyServer) => ({
  ...crowdBot,
  reconnected: RECONNECTED,
  silence: { afterMs: 60_000 },
  tools: [
    {
      name: 'order',
      description: 'Оформляет заказ',
      arguments: { what: { type: 'string' } },
      http: {
        method: 'POST',
        url: `${company.url}/orders`,
        json: { caller: '{{caller.number}}', what: '{{what}}' },
        deadlineMs: 30_000,
      },
    },
  ],
});

/** Every second question of a caller orders something, another thing each time: no two orders are the same. */
export const ordersAt = (question: number): boolean => question % 2 === 0;

function answer(messages: readonly ReceivedMessage[]): ScriptedAnswer {
  const asked = conversationOf(messages).filter(({ role }) => role === 'user').length;
  if (ordersAt(asked) && messages.at(-1)?.role === 'user')
    return { calls: [{ name: 'order', input: { what: `насос ${asked}` } }] };
  return `Ответ ${asked % 20}.`;
}

/** Runs `work`, and ends everything whatever comes of it. `everythingIs`: what is understood of any speech. */
export async function onFaultyFleet<Result>(
  everythingIs: string,
  work: (fleet: FaultyFleet) => Promise<Result>,
): Promise<Result> {
  const closers: (() => Promise<unknown>)[] = [];
  const opened = async <T>(opening: Promise<T>, close: (it: T) => Promise<unknown>): Promise<T> => {
    const result = await opening;
    closers.push(() => close(result));
    return result;
  };
  try {
    const program = builtProgram();
    const asterisks = [
      await opened(startTelephony('asterisk', ['default']), (it) => it.stop()),
      await opened(startTelephony('asterisk', ['default']), (it) => it.stop()),
    ] as const;
    const speech = await opened(
      startSpeechKitSimulator({
        tonePace: { perCharMs: 30 },
        delays: { recognitionMs: 0, firstAudioMs: 50, realTimeFactor: 0, partialLagMs: 100, pauseMs: 100 },
        everythingIs,
      }),
      (it) => it.stop(),
    );
    const chat = await opened(startChatSimulator({ reply: answer, firstTokenMs: 200 }), (it) => it.stop());
    const company = await opened(
      startCompanyServer(async () => {
        await pauseMs(ORDER_TAKES_MS);
        return { status: 200, body: '{"number":1}' };
      }),
      (it) => it.stop(),
    );
    const redis = await opened(RedisServer.start(), (it) => it.end());
    const proxy = await opened(startStallingProxy(asterisks[0].ari.url), (it) => it.stop());
    const daemons = new Map<DaemonName, ServiceProcess>();
    const homes = new Map<DaemonName, { readonly dir: string; readonly env: Record<string, string> }>();
    for (const [name, at] of DAEMONS) {
      const dir = await opened(mkdtemp(join(tmpdir(), 'parley-faults-')), (it) =>
        rm(it, { recursive: true, force: true }),
      );
      const neighbours = { telephony: asterisks[at], speech, chat };
      const env = await prepareEnvironment(dir, neighbours, { default: botOf(company) });
      const own = { INSTANCE_ID: name, REDIS_URL: redis.url, HTTP_PORT: String(await freeTcpPort()) };
      const cutOff = name === 'a' ? { ARI_URL: proxy.url } : {};
      const quiet = { LOG_LEVEL: 'info', LOG_TRANSCRIPTS: 'false', DRAIN_SECONDS: '20' };
      homes.set(name, { dir, env: { ...env, ...quiet, ...streamEnv, ...own, ...cutOff } });
    }
    const homeOf = (name: DaemonName) => homes.get(name) ?? { dir: '', env: {} };
    const portOf = (name: DaemonName) => homeOf(name).env['HTTP_PORT'] ?? '';
    const start = async (name: DaemonName) => {
      const { dir, env } = homeOf(name);
      daemons.set(name, await startServiceProcess(dir, env, { program }));
    };
    closers.push(() => Promise.all([...daemons.values()].map((each) => end(each))));
    for (const name of NAMES) await start(name);
    const url = await opened(startBalancer(NAMES.slice(0, 3).map(portOf)), (it) => it.stop());
    const daemon = (name: DaemonName) => {
      const service = daemons.get(name);
      if (!service) throw new Error(`${name} was not started`);
      return service;
    };
    return await work({
      ...{ asterisks, redis, company, proxy, daemon, url: url.url, startAgain: start },
      listening: listeningTo(speech),
      asteriskOf: (name) => asterisks[DAEMONS.find(([each]) => each === name)?.[1] ?? 0],
      readyz: async (name) =>
        (await (await fetch(`http://127.0.0.1:${portOf(name)}/readyz`)).json()) as { ready: boolean },
    });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function end(service: ServiceProcess): Promise<void> {
  service.signal('SIGCONT');
  await service.stop();
}

/** The shipped configuration. */
async function startBalancer(ports: readonly string[]) {
  const balancer = `127.0.0.1:${await freeTcpPort()}`;
  const behind = Object.fromEntries(ports.map((port, index) => [`PARLEY_${index + 1}`, `127.0.0.1:${port}`]));
  const file = join(projectRoot(), 'deploy/haproxy/haproxy.cfg');
  const child = spawn('/usr/sbin/haproxy', ['-db', '-f', file], {
    env: { ...behind, BALANCER: balancer },
    stdio: 'ignore',
  });
  const url = `http://${balancer}`;
  const untilMs = performance.now() + BALANCED_WITHIN_MS;
  while (!(await isWell(url))) {
    if (performance.now() > untilMs) throw new Error('HAProxy finds no daemon that is ready');
    await pauseMs(LOOK_EVERY_MS);
  }
  return {
    url,
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Whether somebody answers who could take a call. */
export async function isWell(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { headers: { connection: 'close' } })).ok;
  } catch {
    return false;
  }
}
