/** What of the recorded calls is deleted, so that the disk does not fill: the oldest first. */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../base/log.ts';

export interface RetentionLimits {
  /** By age; 0 keeps none. */
  readonly maxAgeMs: number;
  /** Of all recorded calls together. */
  readonly maxBytes: number;
}

export interface RetentionNow extends RetentionLimits {
  readonly nowEpochMs: number;
  /** The clock may be wrong: nothing is too old, but all together may still be too much. */
  readonly isClockDoubtful?: boolean;
}

interface Kept {
  readonly dir: string;
  readonly bytes: number;
  readonly beganAtEpochMs: number;
}

/**
 * Deletes the recorded calls in `root` that are too old or too much, each by itself: one that cannot be looked at or deleted keeps no
 * other. Never rejects: what cannot be deleted is tried again next time.
 */
export async function deleteExpired(root: string, limits: RetentionNow, log: Log): Promise<void> {
  const kept = await keptIn(root, log);
  const newestFirst = kept.toSorted((a, b) => b.beganAtEpochMs - a.beganAtEpochMs);
  let bytes = 0;
  for (const call of newestFirst) {
    bytes += call.bytes;
    const isOld = !limits.isClockDoubtful && limits.nowEpochMs - call.beganAtEpochMs > limits.maxAgeMs;
    if (isOld || bytes > limits.maxBytes) await deleted(call.dir, log);
  }
}

async function deleted(dir: string, log: Log): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true });
  } catch (error) {
    log.warn({ event: 'recording.retention', dir, error }, 'a recorded call could not be deleted');
  }
}

async function keptIn(root: string, log: Log): Promise<readonly Kept[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true });
    const calls = entries.filter(({ name }) => !name.startsWith('.'));
    const kept = await Promise.all(calls.map(({ name }) => keptCall(join(root, name), name)));
    return kept.filter((call) => call !== undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log.warn({ event: 'recording.retention', dir: root, error }, 'recorded calls could not be looked at');
    return [];
  }
}

/** Undefined for what is no recorded call, or is gone meanwhile. Links are not followed: what they lead to is not ours. */
async function keptCall(dir: string, name: string): Promise<Kept | undefined> {
  try {
    const found = await lstat(dir);
    if (!found.isDirectory()) return undefined;
    const sizes = await Promise.all((await readdir(dir)).map((file) => sizeOf(join(dir, file))));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return { dir, bytes, beganAtEpochMs: nameEpochMs(name) ?? found.mtimeMs };
  } catch {
    return undefined;
  }
}

async function sizeOf(file: string): Promise<number> {
  return lstat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** A call is called after when it began, whatever has touched its files since: `2026-11-28T20-57-34-329Z-…`. */
function nameEpochMs(name: string): number | undefined {
  const [, day, hours, minutes, seconds, ms] =
    /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-/.exec(name) ?? [];
  const epochMs = Date.parse(`${day}T${hours}:${minutes}:${seconds}.${ms}Z`);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
