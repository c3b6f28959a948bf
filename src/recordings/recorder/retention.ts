/** What of the recorded calls is deleted, so that the disk does not fill: the oldest first. In the thread that writes: it waits for the disk. */
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../base/message-of.ts';
import { systemCode } from '../../base/system-code.ts';

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

/** What could not be looked at or deleted, and why. */
export interface Untouched {
  readonly path: string;
  readonly why: string;
}

interface Kept {
  readonly dir: string;
  readonly bytes: number;
  readonly beganAtEpochMs: number;
}

/**
 * Deletes the recorded calls in `root` that are too old or too much, each by itself: one that cannot be looked at or deleted keeps no
 * other. What cannot be deleted is told, and tried again next time.
 */
export function deleteExpired(root: string, limits: RetentionNow): readonly Untouched[] {
  const untouched: Untouched[] = [];
  const tell = (path: string) => (error: unknown) => void untouched.push({ path, why: messageOf(error) });
  const newestFirst = keptIn(root, tell(root)).toSorted((a, b) => b.beganAtEpochMs - a.beganAtEpochMs);
  let bytes = 0;
  for (const call of newestFirst) {
    bytes += call.bytes;
    const isOld = !limits.isClockDoubtful && limits.nowEpochMs - call.beganAtEpochMs > limits.maxAgeMs;
    if (isOld || bytes > limits.maxBytes) deleted(call.dir, tell(call.dir));
  }
  return untouched;
}

function deleted(dir: string, onFailed: (error: unknown) => void): void {
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch (error) {
    onFailed(error);
  }
}

function keptIn(root: string, onFailed: (error: unknown) => void): readonly Kept[] {
  try {
    const calls = readdirSync(root).filter((name) => !name.startsWith('.'));
    return calls.flatMap((name) => keptCall(join(root, name), name) ?? []);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') onFailed(error);
    return [];
  }
}

/** Undefined for what is no recorded call, or is gone meanwhile. Links are not followed: what they lead to is not ours. */
function keptCall(dir: string, name: string): Kept | undefined {
  try {
    const found = lstatSync(dir);
    if (!found.isDirectory()) return undefined;
    const bytes = readdirSync(dir).reduce((sum, file) => sum + sizeOf(join(dir, file)), 0);
    return { dir, bytes, beganAtEpochMs: nameEpochMs(name) ?? found.mtimeMs };
  } catch {
    return undefined;
  }
}

function sizeOf(file: string): number {
  return lstatSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** A call is called after when it began, whatever has touched its files since: `2026-11-28T20-57-34-329Z-…`. */
function nameEpochMs(name: string): number | undefined {
  const [, day, hours, minutes, seconds, ms] =
    /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-/.exec(name) ?? [];
  const epochMs = Date.parse(`${day}T${hours}:${minutes}:${seconds}.${ms}Z`);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
