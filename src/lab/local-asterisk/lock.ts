import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often a waiting process looks whether the lock is free: far shorter than what locks here protect. */
const LOOK_EVERY_MS = 200;

/**
 * Runs `work` while no other process of this machine does so under the same lock file. A lock whose holder has died is taken over.
 * Rejects when the lock was not to be had within `withinMs`.
 */
export async function withLock<T>(file: string, withinMs: number, work: () => Promise<T>): Promise<T> {
  const giveUpAtMs = performance.now() + withinMs;
  while (!(await take(file))) {
    if (performance.now() > giveUpAtMs) throw new Error(`${file} is held by another process for too long`);
    await sleep(LOOK_EVERY_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  // An empty file is a lock that is being taken at this moment.
  if (holder > 0 && !isAlive(holder)) await rm(file, { force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
