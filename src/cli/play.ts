/**
 * `parley play`, and `parley demo --serve`: the service on this machine, with stand-ins for whatever there are no keys for, to be talked to from
 * a browser.
 */
import { Command, InvalidArgumentError } from 'commander';
import type { StartService } from './demo/stage.ts';

export interface PlayOptions {
  readonly port?: number;
  /** False: no browser is opened. */
  readonly open: boolean;
}

export function playCommand(start: StartService, end: (status: number) => void): Command {
  return withPlayOptions(new Command('play'))
    .description('try the bots in a browser, with no Asterisk, no telephone and no keys')
    .action(async (options: PlayOptions) => end(await play(start, options)));
}

export function withPlayOptions(command: Command): Command {
  return command
    .option('--port <number>', 'of the page; 8080, or any free one, if not given', readPort)
    .option('--no-open', 'do not open the browser');
}

export async function play(start: StartService, { port, open }: PlayOptions): Promise<number> {
  // Loaded only here: the other commands need no stand-ins.
  const { runPlay } = await import('./play/run-play.ts');
  return runPlay({ host: process, start, port, opensBrowser: open, print: (line) => console.log(line) });
}

const HIGHEST_PORT = 65_535;

/** Throws InvalidArgumentError. */
export function readPort(given: string): number {
  const port = Number(given);
  if (given.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= HIGHEST_PORT) return port;
  throw new InvalidArgumentError(`It takes a whole number from 0 to ${HIGHEST_PORT}; 0 is any free port.`);
}
