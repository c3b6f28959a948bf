/** Where a command's page goes. */
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unwritable } from './unwritable.ts';

/** Throws FILE_UNWRITABLE if that file cannot be written. Makes it, empty, if it is not there, and leaves it as it is if it is. */
export async function beginPage(file: string): Promise<void> {
  await written(file, async () => (await open(file, 'a')).close());
}

/** Makes the directory if it is not there. Throws FILE_UNWRITABLE with the reason. */
export async function writePage(file: string, page: string): Promise<void> {
  await written(file, () => writeFile(file, page));
}

async function written(file: string, write: () => Promise<void>): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await write();
  } catch (cause) {
    throw unwritable(file, cause);
  }
}
