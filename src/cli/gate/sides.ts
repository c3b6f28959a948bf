/** What an operator names as the old or the new: a profile, a directory with another Parley, a commit or branch. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { ParleyError } from '../../base/errors.ts';
import { projectRoot } from '../../base/project-root.ts';
import { readProfile } from '../../config/profile-file.ts';
import type { Side } from '../../recordings/gate/gate.ts';
import { replayAsFarAsKnown } from '../../recordings/replay/replay.ts';
import { checkoutAt, checkoutOf } from './checkout.ts';
import type { Checkout } from './checkout.ts';
import { otherCode } from './other-code.ts';

const PROFILE_ENDINGS = ['.yaml', '.yml'];

export interface OpenSide extends Side {
  readonly close: () => Promise<void>;
}

/** This Parley, with the profiles that were recorded. */
export const AS_RECORDED: OpenSide = {
  name: 'as recorded',
  isAsRecorded: true,
  run: (bundle) => replayAsFarAsKnown(bundle),
  close: () => Promise.resolve(),
};

/** Throws BOT_PROFILE_INVALID or CHECKOUT_UNUSABLE. */
export async function sideOf(named: string): Promise<OpenSide> {
  if (PROFILE_ENDINGS.includes(extname(named))) return profileSide(named);
  if (!existsSync(named)) return codeSide(named, await checkoutOf(named));
  if (!(await stat(named)).isDirectory())
    throw new ParleyError('CHECKOUT_UNUSABLE', `${named} is neither a profile nor a directory.`);
  const root = resolve(named);
  return root === projectRoot() ? { ...AS_RECORDED, name: named } : codeSide(named, await checkoutAt(root));
}

async function profileSide(file: string): Promise<OpenSide> {
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
    close: () => Promise.resolve(),
  };
}

async function codeSide(name: string, { root, remove }: Checkout): Promise<OpenSide> {
  try {
    const run = await otherCode(root);
    return { name, isAsRecorded: true, run: (_bundle, path) => run(resolve(path)), close: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
