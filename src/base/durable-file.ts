/** Files that are there after a crash, and after the machine has lost its power. */
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What the name of a file ends in that was not finished when the process was killed. */
export const UNFINISHED = '.new';

/** Written in one step, and on the disk when it resolves; readable for this user alone if no `mode` is given. Rejects with nothing left behind, and the file as it was. */
export async function writeDurably(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const unfinished = path + UNFINISHED;
  try {
    const file = await open(unfinished, 'w', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** A new name is on the disk only when its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
