/** `parley asterisk-config`: what several Parleys behind one Asterisk need in its configuration. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ParleyError } from '../base/errors.ts';
import { instanceId } from '../config/setting-kinds.ts';
import { readAriSettings } from '../config/settings.ts';
import type { Environment } from '../config/settings.ts';
import { fleetConfig } from '../telephony/asterisk/fleet-config.ts';
import { unwritable } from './unwritable.ts';

/** Asterisk's user and nobody else: a password may stand in it. */
const FILE_MODE = 0o600;

interface Options {
  readonly instances: readonly string[];
  readonly listen?: string;
  readonly fallback: string;
  readonly dir?: string;
}

export function asteriskConfigCommand(env: Environment): Command {
  return new Command('asterisk-config')
    .description('write the dialplan and ARI configuration for several Parleys behind one Asterisk')
    .requiredOption('--instances <ids>', 'INSTANCE_ID of each, divided by commas', instanceIds)
    .option(
      '--listen <uri>',
      'where each listens for Asterisk (its ARI_LISTEN), such as ws://parley-{instance}:8089/ari; without it they connect to Asterisk',
      listenUri,
    )
    .option('--fallback <place>', 'where a call goes that none of them takes', place, 'fallback,s,1')
    .option('--dir <path>', "Asterisk's directory of configuration: write files there, instead of printing")
    .action(async (options: Options) => write(env, options));
}

async function write(env: Environment, { dir, ...options }: Options): Promise<void> {
  const ari = readAriSettings(env);
  for (const [name, value] of [
    ['ARI_APP', ari.app],
    ['ARI_USERNAME', ari.username],
  ] as const)
    if (!/^[\w.-]+$/.test(value)) {
      const what = `${name}: is ${JSON.stringify(value)}; expected letters, digits, points, hyphens and underlines: it stands in the dialplan and in sections`;
      throw new ParleyError('SETTINGS_INVALID', what);
    }
  for (const [path, content] of fleetConfig({ ...options, ...ari })) {
    if (dir === undefined) {
      console.log(`; --- ${path}\n${content}`);
      continue;
    }
    const file = join(dir, path);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content, { mode: FILE_MODE });
      // One that was there keeps the mode that it had.
      await chmod(file, FILE_MODE);
    } catch (cause) {
      throw unwritable(file, cause);
    }
    console.log(file);
  }
}

function instanceIds(given: string): readonly string[] {
  const ids = given.split(',').flatMap((id) => instanceId.schema.safeParse(id.trim()).data ?? []);
  if (ids.length !== given.split(',').length || new Set(ids).size !== ids.length)
    throw new InvalidArgumentError(`expected each once, of ${instanceId.expected}`);
  return ids;
}

function listenUri(given: string): string {
  if (!/^wss?:\/\/[^\s\p{Cc}]+$/u.test(given) || !given.includes('{instance}'))
    throw new InvalidArgumentError('expected an address such as ws://parley-{instance}:8089/ari');
  return given;
}

function place(given: string): string {
  if (!/^[\w-]+,[\w*#+-]+,\w+$/.test(given))
    throw new InvalidArgumentError('expected context,extension,priority');
  return given;
}
