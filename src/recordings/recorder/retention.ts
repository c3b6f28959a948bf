/** What of the recorded calls is deleted, so that the disk does not fill: the oldest first. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../base/log.ts';

export interface RetentionLimits {
  /** By age; 0 keeps none. */
  readonly maxAgeMs: number;
  /** Of all recorded calls together. */
  readonly maxBytes: number;
}

interface Kept {
  readonly dir: string;
  readonly bytes: number;
  readonly changedAtEpochMs: number;
}

/** Deletes the recorded calls in `root` that are too old or too much. Never rejects: what cannot be deleted is tried again next time. */
export async function deleteExpired(
  root: string,
  limits: RetentionLimits & { readonly nowEpochMs: number },
  log: Log,
): Promise<void> {
  try {
    const kept = await keptIn(root);
    const newestFirst = kept.toSorted((a, b) => b.changedAtEpochMs - a.changedAtEpochMs);
    let bytes = 0;
    for (const call of newestFirst) {
      bytes += call.bytes;
      const isOld = limits.nowEpochMs - call.changedAtEpochMs > limits.maxAgeMs;
      if (isOld || bytes > limits.maxBytes) await rm(call.dir, { recursive: true, force: true });
    }
  } catch (error) {
    log.warn({ event: 'recording.retention', error }, 'recorded calls that are too old could not be deleted');
  }
}

async function keptIn(root: string): Promise<readonly Kept[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const dirs = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return Promise.all(
    dirs.map(async ({ name }) => {
      const dir = join(root, name);
      const files = await readdir(dir);
      const sizes = await Promise.all(files.map(async (file) => (await stat(join(dir, file))).size));
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      return { dir, bytes, changedAtEpochMs: (await stat(dir)).mtimeMs };
    }),
  );
}
