/**
 * `parley serve`: answers calls until it is told to stop.
 */
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { FaultScope } from '../base/fault-scope.ts';
import type { Log } from '../base/log.ts';
import { readSettings } from '../config/settings.ts';
import type { Environment, Settings } from '../config/settings.ts';
import { logLibraryWords } from '../ops/library-words.ts';
import { createLog } from '../ops/log.ts';
import { EXIT_FAULT, EXIT_OK } from './exit.ts';

/** Builds and starts the service; resolves when it can answer calls. May wait long for Asterisk, until the signal aborts. */
export type StartService = (settings: Settings, log: Log, signal: AbortSignal) => Promise<Service>;

export interface Service {
  /** Takes no more calls, and resolves when the live ones have ended by themselves, or their time is over. */
  drain(): Promise<void>;
  /** Ends the calls, then everything else. Resolves when nothing is left behind. */
  stop(): Promise<void>;
  /** Sends every caller on, or hangs up, at once and without a word. */
  abandon(): Promise<void>;
}

/**
 * How long sending the callers on may take when the operator insists, ms. Each costs Asterisk a few; a caller who stays behind would hear
 * nothing until Parley is started again.
 */
const ABANDON_WITHIN_MS = 2_000;

/**
 * The same signal this near to the first one is the same press, ms: npm passes a Ctrl-C on that the terminal has sent to the service already, 20 ms
 * later, and nobody insists so soon.
 */
const SAME_PRESS_MS = 500;

/** The process, as far as serving needs it. */
export interface Host {
  readonly env: Environment;
  once(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  on(event: 'uncaughtException', listener: (error: unknown) => void): unknown;
}

export function serveCommand(start: StartService, end: (status: number) => void): Command {
  return new Command('serve')
    .description(
      'answer calls until SIGTERM or SIGINT; then live calls may end, and a second signal ends them',
    )
    .action(async () => {
      const log = createLog(readSettings(process.env).log);
      logLibraryWords({ log, clock: systemClock });
      end(await serve(start, process, log));
    });
}

/**
 * Runs the service and resolves with the exit status once it has stopped. At the first signal no more calls are taken, and the live ones
 * may go on for a while; a second signal does not wait for them.
 * Throws SETTINGS_INVALID, BOT_PROFILE_INVALID, or whatever kept the service from starting.
 */
export async function serve(
  start: StartService,
  host: Host,
  log?: Log,
  clock: Clock = systemClock,
): Promise<number> {
  const settings = readSettings(host.env);
  const serviceLog = log ?? createLog(settings.log);
  return serveUntilTold((signal) => start(settings, serviceLog, signal), host, serviceLog, clock);
}

/** What the log says of a service: that it serves, that it ends with what it has begun, and that it is over. */
export interface ServiceWords {
  readonly ready: string;
  readonly draining: string;
}

const CALLS: ServiceWords = {
  ready: 'Parley answers calls',
  draining: 'Parley takes no more calls and waits for the live ones to end',
};

/** The same for a service that is started in any way. Throws whatever `start` does, unless it was told to stop before. */
export async function serveUntilTold(
  start: (signal: AbortSignal) => Promise<Service>,
  host: Omit<Host, 'env'>,
  log: Log,
  clock: Clock = systemClock,
  words: ServiceWords = CALLS,
): Promise<number> {
  const ending = endingOf(host, log, clock);
  let service: Service | undefined;
  const started = async (signal: AbortSignal) => (service = await start(signal));
  const served = serveUntil(ending.first, started, log, words);
  const insisted = ending.second.then(async () => {
    if (service) await Promise.race([service.abandon(), afterMs(ABANDON_WITHIN_MS)]);
    return EXIT_FAULT;
  });
  const status = await Promise.race([served, insisted]);
  log.info({ event: 'service.stopped', status }, 'Parley has stopped');
  return status;
}

async function serveUntil(
  ending: Promise<Ending>,
  start: (signal: AbortSignal) => Promise<Service>,
  log: Log,
  words: ServiceWords,
): Promise<number> {
  const ended = new AbortController();
  void ending.then(() => ended.abort(new Error('Parley was told to stop')));
  const service = await start(ended.signal).catch((error: unknown) => {
    if (!ended.signal.aborted) throw error;
  });
  if (service) log.info({ event: 'service.ready', pid: process.pid }, words.ready);
  const { status, isInOrder } = await ending;
  if (service && isInOrder) {
    log.info({ event: 'service.draining' }, words.draining);
    await service.drain();
  }
  log.info({ event: 'service.stopping' }, 'Parley stops');
  await service?.stop();
  return status;
}

/** Why the service ends, as an exit status, and whether it still works as it should. */
interface Ending {
  readonly status: number;
  readonly isInOrder: boolean;
}

/**
 * The first reason to stop: a signal, or a fault that nobody caught and that belongs to no call. One that does ends that call alone. The
 * second reason is a signal that insists.
 */
function endingOf(
  host: Omit<Host, 'env'>,
  log: Log,
  clock: Clock,
): { readonly first: Promise<Ending>; readonly second: Promise<void> } {
  const signal = () =>
    new Promise<'SIGTERM' | 'SIGINT'>((resolve) => {
      host.once('SIGTERM', () => resolve('SIGTERM'));
      host.once('SIGINT', () => resolve('SIGINT'));
    });
  const told = signal();
  const crash = new Promise<Ending>((resolve) => {
    host.on('uncaughtException', (error) => {
      const scope = FaultScope.here;
      if (scope) return scope.fault(error);
      const stack = error instanceof Error ? error.stack : undefined;
      log.error({ event: 'service.crashed', error, stack }, 'A fault that nobody caught; Parley stops');
      resolve({ status: EXIT_FAULT, isInOrder: false });
    });
  });
  /** After a crash the first signal insists. */
  const insisted = async () => {
    const first = await Promise.race([told, crash]);
    if (typeof first !== 'string') return void (await told);
    const untilMs = clock.nowMs() + SAME_PRESS_MS;
    for (;;) if ((await signal()) !== first || clock.nowMs() >= untilMs) return;
  };
  const first = Promise.race([told.then(() => ({ status: EXIT_OK, isInOrder: true })), crash]);
  return { first, second: insisted() };
}

function afterMs(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
