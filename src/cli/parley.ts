#!/usr/bin/env node
/**
 * The `parley` command. Settings come from the environment, and from `.env` in the working directory where that does not say.
 */
import { Command } from 'commander';
import { config } from 'dotenv';
import { parleyVersion } from '../base/version.ts';
import { COMMANDS } from './commands.ts';
import { complaint, exitStatus } from './exit.ts';

config({ quiet: true });

const program = new Command('parley')
  .description('A voice bot that answers the phone on an Asterisk PBX')
  .version(parleyVersion());

const [asked] = process.argv.slice(2);
const known = Object.entries(COMMANDS);
/** Whatever names no command, such as `help`, is answered by all of them. */
const loaded = known.some(([name]) => name === asked) ? known.filter(([name]) => name === asked) : known;

try {
  for (const [, load] of loaded) program.addCommand(await load(end));
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${complaint(error)}\n`);
  end(exitStatus(error));
}

/** Whatever a command has left open ends here. */
function end(status: number): void {
  process.exit(status);
}
