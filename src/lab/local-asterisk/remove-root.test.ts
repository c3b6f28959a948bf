import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { mountPoints, removeRoot } from './remove-root.ts';
import { runProgram } from './run-program.ts';

const WITHIN = { withinMs: 5000 };
const mount = (at: string) => runProgram(['mount', '-t', 'tmpfs', 'tmpfs', at], WITHIN);

/** Only root may mount, and not on every machine. */
async function mayMount(): Promise<boolean> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-mount-'));
  try {
    await mount(dir);
    await runProgram(['umount', dir], WITHIN);
    return true;
  } catch {
    return false;
  } finally {
    await rmdir(dir);
  }
}

const canMount = await mayMount();

it('mount points are read as the kernel writes them', () => {
  const table = String.raw`22 26 0:21 / /sys rw - sysfs sysfs rw
71 26 0:5 / /tmp/a\040b\134c/dev rw - devtmpfs devtmpfs rw
`;
  expect(mountPoints(table)).toEqual(['/sys', '/tmp/a b\\c/dev']);
});

describe.skipIf(!canMount)('a root file system that is deleted', () => {
  let root: string;
  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'parley-root-')));
    await mkdir(join(root, 'dev'));
    await mount(join(root, 'dev'));
    await mkdir(join(root, 'dev', 'shm'));
    await mount(join(root, 'dev', 'shm'));
    await writeFile(join(root, 'dev', 'shm', 'somebody'), '');
  });

  it('is left by what was mounted in it first', async () => {
    await removeRoot(root);
    expect(existsSync(root)).toBe(false);
    expect(mountPoints(await readFile('/proc/self/mountinfo', 'utf8'))).not.toContain(join(root, 'dev'));
  });

  it('is not, while something that is used stays mounted', async () => {
    const user = spawn('sleep', ['60'], { cwd: join(root, 'dev', 'shm') });
    await once(user, 'spawn');
    await expect(removeRoot(root)).rejects.toThrow(/shm cannot be unmounted/);
    expect(existsSync(join(root, 'dev', 'shm', 'somebody'))).toBe(true);
    user.kill();
    await once(user, 'exit');
    await removeRoot(root);
    expect(existsSync(root)).toBe(false);
  });
});

it('a directory that is not there is deleted already', async () => {
  await removeRoot(join(tmpdir(), 'parley-nowhere'));
});
