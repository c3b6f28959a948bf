/** Where a command's page goes. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ParleyError } from '../base/errors.ts';

/** Makes the directory if it is not there. Throws FILE_UNWRITABLE with the reason. */
export async function writePage(file: string, page: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, page);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new ParleyError('FILE_UNWRITABLE', `${file} cannot be written: ${why}.`, { cause });
  }
}
