/** Notices that somebody has changed a bot profile. */
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import type { CancelTimer, Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';

/**
 * How long the directory must have been quiet, ms. An editor writes a file in several steps (a new one, a rename, a deletion), all within a
 * few milliseconds; copying a whole set of profiles takes a little longer.
 */
const QUIET_MS = 300;

export interface WatchBotsOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly onChange: () => void;
}

/**
 * Calls `onChange` when the files of the directory have changed and come to rest. Watches the directory rather than its files: editors put
 * a new file in the old one's place. Returns what ends it; never throws: without a watch, a reload can still be asked for.
 */
export function watchBots({ dir, clock, log, onChange }: WatchBotsOptions): () => void {
  let cancel: CancelTimer | undefined;
  const changed = () => {
    cancel?.();
    cancel = clock.after(QUIET_MS, onChange);
  };
  const unwatched = (error: unknown) =>
    log.warn({ event: 'bots.unwatched', dir, error }, 'changes of bot profiles will not be noticed');
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(dir, changed).on('error', unwatched);
  } catch (error) {
    unwatched(error);
  }
  return () => {
    cancel?.();
    watcher?.close();
  };
}
