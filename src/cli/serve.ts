/**
 * `parley serve`: answers calls until it is told to stop.
 */
import { Command } from 'commander';
import type { Log } from '../base/log.ts';
import { readSettings } from '../config/settings.ts';
import type { Environment, Settings } from '../config/settings.ts';
import { createLog } from '../ops/log.ts';
import { EXIT_FAULT, EXIT_OK } from './exit.ts';

/** Builds and starts the service; resolves when it can answer calls. May wait long for Asterisk, until the signal aborts. */
export type StartService = (settings: Settings, log: Log, signal: AbortSignal) => Promise<Service>;

export interface Service {
  /** Ends the calls, then everything else. Resolves when nothing is left behind. */
  stop(): Promise<void>;
}

/** The process, as far as serving needs it. */
export interface Host {
  readonly env: Environment;
  once(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  once(event: 'uncaughtException', listener: (error: unknown) => void): unknown;
}

export function serveCommand(start: StartService, end: (status: number) => void): Command {
  return new Command('serve')
    .description('answer calls until SIGTERM or SIGINT')
    .action(async () => end(await serve(start, process)));
}

/**
 * Runs the service and resolves with the exit status once it has stopped. A second signal does not wait for calls to end.
 * Throws SETTINGS_INVALID, BOT_PROFILE_INVALID, or whatever kept the service from starting.
 */
export async function serve(start: StartService, host: Host, log?: Log): Promise<number> {
  const settings = readSettings(host.env);
  const serviceLog = log ?? createLog(settings.log);
  const ending = endingOf(host, serviceLog);
  const insisted = ending.second.then(() => EXIT_FAULT);
  const served = serveUntil(ending.first, (signal) => start(settings, serviceLog, signal), serviceLog);
  const status = await Promise.race([served, insisted]);
  serviceLog.info({ event: 'service.stopped', status }, 'Parley has stopped');
  return status;
}

async function serveUntil(
  ending: Promise<number>,
  start: (signal: AbortSignal) => Promise<Service>,
  log: Log,
): Promise<number> {
  const ended = new AbortController();
  void ending.then(() => ended.abort(new Error('Parley was told to stop')));
  const service = await start(ended.signal).catch((error: unknown) => {
    if (!ended.signal.aborted) throw error;
  });
  if (service) log.info({ event: 'service.ready', pid: process.pid }, 'Parley answers calls');
  const status = await ending;
  log.info({ event: 'service.stopping' }, 'Parley stops');
  await service?.stop();
  return status;
}

/** The first reason to stop, as an exit status: a signal, or a fault that nobody caught. The second is a signal that insists. */
function endingOf(host: Host, log: Log): { readonly first: Promise<number>; readonly second: Promise<void> } {
  const signal = () =>
    new Promise<void>((resolve) => {
      host.once('SIGTERM', resolve);
      host.once('SIGINT', resolve);
    });
  const crash = new Promise<number>((resolve) => {
    host.once('uncaughtException', (error) => {
      const stack = error instanceof Error ? error.stack : undefined;
      log.error({ event: 'service.crashed', error, stack }, 'A fault that nobody caught; Parley stops');
      resolve(EXIT_FAULT);
    });
  });
  const first = Promise.race([signal().then(() => EXIT_OK), crash]);
  return { first, second: first.then(signal) };
}
