/** Where a command's page goes. */
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ParleyError } from '../base/errors.ts';

/** Throws FILE_UNWRITABLE if that file cannot be written. Makes it, empty, if it is not there, and leaves it as it is if it is. */
export async function mustBeWritable(file: string): Promise<void> {
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
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new ParleyError('FILE_UNWRITABLE', `${file} cannot be written: ${why}.`, { cause });
  }
}
