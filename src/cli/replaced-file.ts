/** A file that somebody else reads, and that is not to be lost: a bot's profile. */
import { access, constants, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeDurably } from '../base/durable-file.ts';
import { systemCode } from '../base/system-code.ts';
import { unwritable } from './unwritable.ts';

/** As files are made that name nobody. */
const ORDINARY_MODE = 0o644;

/** For whoever would write it only in minutes. Throws FILE_UNWRITABLE. */
export async function mustBeWritable(file: string): Promise<void> {
  for (let dir = dirname(file); ; dir = dirname(dir))
    try {
      // With the point it is no file.
      return await access(`${dir}/.`, constants.W_OK);
    } catch (cause) {
      if (systemCode(cause) !== 'ENOENT' || dir === dirname(dir)) throw unwritable(file, cause);
    }
}

/**
 * In one step, where a link leads if it is one, with the rights of what is there; its directory is made if it is not there.
 * Throws FILE_UNWRITABLE with the reason; then the file is as it was.
 */
export async function replaceFile(file: string, content: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const there = await stat(file).catch(() => undefined);
    const path = there ? await realpath(file) : file;
    await writeDurably(path, content, there ? there.mode & 0o777 : ORDINARY_MODE);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}
