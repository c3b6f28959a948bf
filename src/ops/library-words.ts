/**
 * What libraries and Node itself would print on their own: warnings, and lines to the console. It may hold whatever a server has sent, keys
 * and callers' words among it, so it goes through the log like everything else.
 */
import { format } from 'node:util';
import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { Seldom } from '../base/seldom.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';

/** Where libraries print. */
export type Printer = Pick<Console, (typeof METHODS)[number]>;

/** The process, as far as its warnings go. */
export interface Warns {
  removeAllListeners(event: 'warning'): unknown;
  on(event: 'warning', listener: (warning: Error) => void): unknown;
}

export interface LibraryWordsOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly console?: Printer;
  readonly process?: Warns;
}

const METHODS = ['debug', 'info', 'log', 'warn', 'error', 'trace', 'dir'] as const;

/** From now on nothing is printed past the log, for the rest of the process. */
export function logLibraryWords(options: LibraryWordsOptions): void {
  const { log, clock, console: printer = console, process: host = process } = options;
  const seldom = new Seldom(clock);
  const note = (from: string, said: string) =>
    seldom.happened((times) =>
      log.warn({ event: 'library.said', from, said, times }, 'a library has something to say'),
    );
  for (const method of METHODS)
    printer[method] = (...words: unknown[]) => note(`console.${method}`, format(...words));
  // What Node does with warnings by default is to print them.
  host.removeAllListeners('warning');
  host.on('warning', ({ name, message }) => note(name, message));
  // It writes to the console whatever a server's headers hold that it does not like.
  setLogVerbosity(logVerbosity.NONE);
}
