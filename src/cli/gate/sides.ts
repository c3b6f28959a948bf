/** What an operator names as the old or the new: a profile, a directory with another Parley, a commit or branch. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { ParleyError } from '../../base/errors.ts';
import { projectRoot } from '../../base/project-root.ts';
import { readProfile } from '../../config/profile-file.ts';
import type { Side } from '../../recordings/gate/gate.ts';
import { replayAsFarAsKnown } from '../../recordings/replay/replay.ts';
import type { Checkouts } from './checkouts.ts';

const PROFILE_ENDINGS = ['.yaml', '.yml'];

/** This Parley, with the profiles that were recorded. */
export const AS_RECORDED: Side = {
  name: 'as recorded',
  isAsRecorded: true,
  run: (bundle) => replayAsFarAsKnown(bundle),
};

/** `checkouts`: where another Parley is made, if one is needed. Throws FILE_UNREADABLE, BOT_PROFILE_INVALID or CHECKOUT_UNUSABLE. */
export async function sideOf(named: string, checkouts: Checkouts): Promise<Side> {
  if (PROFILE_ENDINGS.includes(extname(named))) return profileSide(named);
  if (!existsSync(named)) return codeSide(named, await checkouts.of(named), checkouts);
  if (!(await stat(named)).isDirectory())
    throw new ParleyError('CHECKOUT_UNUSABLE', `${named} is neither a profile nor a directory.`);
  const root = resolve(named);
  return root === projectRoot()
    ? { ...AS_RECORDED, name: named }
    : codeSide(named, await checkouts.at(root), checkouts);
}

async function profileSide(file: string): Promise<Side> {
  const yaml = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ParleyError('FILE_UNREADABLE', `${file} cannot be read.`, { cause });
  });
  const bot = basename(file, extname(file));
  // A replay asks nobody, so it needs no secret: whatever the profile names is taken to be there.
  const secrets = [...yaml.matchAll(/\$\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
  const read = readProfile(bot, yaml, secrets);
  if ('faults' in read)
    throw new ParleyError('BOT_PROFILE_INVALID', read.faults.map((fault) => `${file}${fault}`).join('\n'));
  const { profile } = read;
  return {
    ...{ name: file, bot, isAsRecorded: false },
    run: (bundle) => replayAsFarAsKnown(bundle, { profile }),
  };
}

async function codeSide(name: string, root: string, checkouts: Checkouts): Promise<Side> {
  const code = await checkouts.code(root);
  return { name, isAsRecorded: true, run: (_bundle, path) => code.run(resolve(path)) };
}
