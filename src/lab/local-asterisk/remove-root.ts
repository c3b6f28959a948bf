/** Deletes a root file system, which may hold what is not its own: a bind mount of /dev is this machine's /dev. */
import { readFile, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from './run-program.ts';

const UNMOUNT_WITHIN_MS = 10_000;

/** Unmounts what is mounted in it first. Rejects, and deletes nothing, if something stays mounted. Nothing may run in it any more. */
export async function removeRoot(root: string): Promise<void> {
  for (const mount of (await mountsBelow(root)).reverse())
    await runProgram(['umount', mount], { withinMs: UNMOUNT_WITHIN_MS }).catch(() => undefined);
  const left = await mountsBelow(root);
  if (left.length > 0) throw new Error(`${root} is not deleted: ${left.join(', ')} cannot be unmounted`);
  await rm(root, { recursive: true, force: true });
}

/** The mount points in `root`, or `root` itself, in the order in which they were mounted. */
async function mountsBelow(root: string): Promise<string[]> {
  const whole = await realpath(root).catch(() => undefined);
  const table = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  if (whole === undefined) return [];
  return mountPoints(table).filter((point) => point === whole || point.startsWith(whole + path.sep));
}

/** Of /proc/PID/mountinfo (proc_pid_mountinfo(5)): the fifth field, in which spaces and line ends are written in octal. */
export function mountPoints(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .map((point) => point.replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8))));
}
