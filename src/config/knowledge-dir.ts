/** The folder of documents that a profile names. */
import { realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { systemCode } from '../base/system-code.ts';

/** What is wrong with it, as the end of a fault of the profile; undefined if it is a folder within `botsDir`. */
export async function knowledgeDirFault(botsDir: string, dir: string): Promise<string | undefined> {
  if (!isWithin(resolve(botsDir), resolve(botsDir, dir)))
    return `"${dir}" is outside of BOTS_DIR; expected a folder in it, such as knowledge/shop`;
  try {
    const path = await realpath(resolve(botsDir, dir));
    if (!isWithin(await realpath(botsDir), path))
      return `"${dir}" leads out of BOTS_DIR; expected a folder in it`;
    return (await stat(path)).isDirectory() ? undefined : `"${dir}" is no folder`;
  } catch (error) {
    const reason = systemCode(error) ?? 'unknown reason';
    const what = reason === 'ENOENT' ? 'is not there' : `cannot be read (${reason})`;
    return `"${dir}" ${what}; expected a folder in BOTS_DIR`;
  }
}

function isWithin(outer: string, inner: string): boolean {
  return inner.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`);
}
