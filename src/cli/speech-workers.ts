/** The speech API in several processes on one port: one looks after the others, and keeps what they must know of each other. */
import cluster from 'node:cluster';
import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { systemClock } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { AskedLedger, answerFrom } from '../speech-api/keys/asked-ledger.ts';
import { AskedHealth, HealthExchange } from '../speech-api/asked-health.ts';
import { LocalLedger } from '../speech-api/keys/ledger.ts';
import type { Ledger } from '../speech-api/keys/ledger.ts';
import type { Host, Service } from './serve.ts';

/** Tells a worker which it is; the first does the batches. */
const INDEX = 'PARLEY_SPEECH_WORKER';
const READY = 'parley.ready';
const END = 'parley.end';

/** One that ends is started again after that, ms, twice as long each time; one that has served so long begins anew. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const SERVED_WELL_MS = 60_000;

export interface SpeechWorker {
  /** From 0. */
  readonly index: number;
  readonly ledger: Ledger;
  readonly health: AskedHealth;
  /** What tells it to end: not the terminal's signals, which all processes get. */
  readonly host: Omit<Host, 'env'>;
  /** To be called when it serves. */
  ready(): void;
}

/** What this process is, if another one has started it as a worker. */
export function asWorker(): SpeechWorker | undefined {
  if (!cluster.isWorker) return undefined;
  const told = new EventEmitter();
  const ledger = new AskedLedger((message) => process.send?.(message), new LocalLedger(systemClock));
  const health = new AskedHealth((message) => process.send?.(message));
  process.on('message', (message) => {
    if (message === END) told.emit('SIGTERM');
    else {
      ledger.receive(message);
      health.receive(message);
    }
  });
  // Nobody looks after it any more.
  process.on('disconnect', () => told.emit('SIGTERM'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  return {
    index: Number(process.env[INDEX]),
    ledger,
    health,
    host: {
      once: (signal, listener) => told.once(signal, listener),
      on: (event, listener) => process.on(event, listener),
    },
    ready: () => void process.send?.(READY),
  };
}

const sendTo = (worker: Worker) => (message: object) => void (worker.isConnected() && worker.send(message));

/** Resolves when all of them serve. Throws SPEECH_WORKER_LOST where one ends before. */
export async function startWorkers(count: number, log: Log): Promise<Service> {
  const ledger = new LocalLedger(systemClock);
  const health = new HealthExchange();
  const workers = new Map<number, Worker>();
  const timers = new Set<NodeJS.Timeout>();
  let isEnding = false;

  const start = (index: number, waitMs: number): Promise<void> => {
    const worker = cluster.fork({ [INDEX]: String(index) });
    workers.set(index, worker);
    const startedAtMs = performance.now();
    worker.on('message', (message: unknown) => {
      const others = [...workers.values()].filter((other) => other !== worker && other.isConnected());
      void answerFrom(ledger, message, sendTo(worker));
      void health.receive(message, sendTo(worker), others.map(sendTo));
    });
    worker.on('error', (error) => log.warn({ event: 'speech.worker', index, error }, 'a message was lost'));
    const serves = new Promise<void>((resolve, reject) => {
      worker.on('message', (message: unknown) => void (message === READY && resolve()));
      worker.once('exit', (status) =>
        reject(new ParleyError('SPEECH_WORKER_LOST', `A worker ended with status ${status}.`)),
      );
    });
    serves.then(
      () => {
        worker.once('exit', (status, signal) => {
          if (isEnding) return;
          const next = performance.now() - startedAtMs > SERVED_WELL_MS ? FIRST_WAIT_MS : waitMs;
          log.error({ event: 'speech.worker', index, status, signal, againInMs: next }, 'a worker was lost');
          startLater(index, next);
        });
      },
      () => undefined,
    );
    return serves;
  };
  const startLater = (index: number, waitMs: number) => {
    const again = () => {
      timers.delete(timer);
      const longer = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      if (!isEnding) start(index, longer).catch(() => void (isEnding || startLater(index, longer)));
    };
    const timer = setTimeout(again, waitMs);
    timers.add(timer);
  };

  const running = () => [...workers.values()].filter((worker) => !worker.isDead());
  const ended = async () => {
    isEnding = true;
    for (const timer of timers) clearTimeout(timer);
    await Promise.all(
      running().map((worker) => new Promise<void>((resolve) => worker.once('exit', () => resolve()))),
    );
  };
  const kill = async () => {
    const all = ended();
    for (const worker of running()) worker.process.kill('SIGKILL');
    await all;
  };

  try {
    await Promise.all(Array.from({ length: count }, (_, index) => start(index, FIRST_WAIT_MS)));
  } catch (error) {
    await kill();
    throw error;
  }
  const pids = running().map((worker) => worker.process.pid);
  log.info({ event: 'speech.workers', pids }, 'all workers serve');
  return {
    drain: async () => {
      const all = ended();
      for (const worker of running()) worker.send(END);
      await all;
    },
    stop: kill,
    abandon: kill,
  };
}
