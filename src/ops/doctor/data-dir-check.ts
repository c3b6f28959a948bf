/** Whether Parley can keep what outlives it: history, phrases, live calls, recordings. */
import { resolve } from 'node:path';
import { ownDirectory } from '../../base/own-directory.ts';
import type { Check } from './check.ts';

export function dataDirCheck(dir: string): Check {
  return {
    name: 'DATA_DIR',
    async run() {
      await ownDirectory('DATA_DIR', resolve(dir));
      return { ok: true, finding: `${dir} is writable` };
    },
  };
}
