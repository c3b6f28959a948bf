/**
 * Whether Parley can write sound files where Asterisk will look for them. Asterisk is not asked (that would take a call): what is
 * checked is that any user of this machine could read such a file.
 */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../base/message-of.ts';
import { silence } from '../../audio/pcm.ts';
import { encodeWav } from '../../audio/wav.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Check, CheckResult } from './check.ts';

const OTHERS_MAY_READ = 0o004;
const OTHERS_MAY_ENTER = 0o001;

export function mediaDirCheck(dir: string): Check {
  return {
    name: 'MEDIA_DIR',
    async run() {
      const probe = join(dir, `doctor-${process.pid}.wav`);
      try {
        await mkdir(dir, { recursive: true });
        await writeFile(probe, encodeWav(silence(20, 8000)));
        return judge(dir, await firstClosed(probe));
      } catch (cause) {
        const reason = messageOf(cause);
        throw new ParleyError('MEDIA_DIR_UNUSABLE', `${dir} cannot be written: ${reason}.`, { cause });
      } finally {
        await rm(probe, { force: true }).catch(() => undefined);
      }
    },
  };
}

function judge(dir: string, closed: string | undefined): CheckResult {
  if (closed === undefined) {
    return { ok: true, finding: `${dir} is writable, and any user of this machine may read what is in it` };
  }
  return {
    ok: 'warn',
    finding: `${dir} is writable, but ${closed} is closed to other users`,
    advice: `If Asterisk runs as another user, open it: chmod o+rX ${closed} (a new file's mode comes from the umask).`,
  };
}

/** What keeps other users from reading `file`: the file itself or a directory above it. */
async function firstClosed(file: string): Promise<string | undefined> {
  if (((await stat(file)).mode & OTHERS_MAY_READ) === 0) return file;
  for (let dir = dirname(file); ; dir = dirname(dir)) {
    if (((await stat(dir)).mode & OTHERS_MAY_ENTER) === 0) return dir;
    if (dir === dirname(dir)) return undefined;
  }
}
