import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { ParleyError } from './errors.ts';
import { systemCode } from './system-code.ts';

/** Makes the directory that a setting names, if it is not there. Throws MEDIA_DIR_UNUSABLE or DATA_DIR_UNUSABLE if nothing can be written in it. */
export async function ownDirectory(setting: 'MEDIA_DIR' | 'DATA_DIR', dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
    await access(dir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const reason = systemCode(cause) ?? String(cause);
    throw new ParleyError(`${setting}_UNUSABLE`, `${setting}: ${dir} cannot be written (${reason}).`, {
      cause,
    });
  }
}
