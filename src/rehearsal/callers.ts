/** The callers of a directory. All files are read before anybody calls, and all their faults are told at once. */
import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ParleyError } from '../base/errors.ts';
import { readCaller } from './caller-file.ts';
import type { CallerProfile } from './caller-file.ts';

/** Those who call `bot`, in the order of their names. Throws CALLERS_INVALID with a line for each fault of each file. */
export async function loadCallers(dir: string, bot: string): Promise<readonly CallerProfile[]> {
  const files = await callerFiles(dir);
  const faults: string[] = [];
  const callers: CallerProfile[] = [];
  for (const file of files) {
    const read = readCaller(basename(file, '.yaml'), await readFile(join(dir, file), 'utf8'));
    if ('faults' in read) faults.push(...read.faults.map((fault) => `${file}${fault}`));
    else callers.push(read.caller);
  }
  if (faults.length > 0)
    throw new ParleyError(
      'CALLERS_INVALID',
      ['Faults in the callers:', ...faults, ''].join('\n  ').trimEnd(),
    );
  const theirs = callers.filter((caller) => (caller.bot ?? bot) === bot);
  if (theirs.length === 0) throw new ParleyError('CALLERS_INVALID', `Nobody in ${dir} calls ${bot}.`);
  return theirs;
}

async function callerFiles(dir: string): Promise<readonly string[]> {
  try {
    return (await readdir(dir)).filter((name) => name.endsWith('.yaml')).sort();
  } catch (cause) {
    throw new ParleyError('CALLERS_INVALID', `${dir} cannot be read.`, { cause });
  }
}
