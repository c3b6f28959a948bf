/** Notices that something in directories has changed. */
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import type { CancelTimer, Clock } from './clock.ts';

/**
 * How long the directories must have been quiet, ms. An editor writes a file in several steps (a new one, a rename, a deletion), all within
 * a few milliseconds; copying a whole set of files takes a little longer.
 */
const QUIET_MS = 300;

export interface WatchDirectoriesOptions {
  readonly dirs: readonly string[];
  readonly clock: Clock;
  readonly onChange: () => void;
  /** A directory cannot be watched, or not any longer. */
  readonly onUnwatched: (dir: string, error: unknown) => void;
}

/**
 * Calls `onChange` when the entries of the directories have changed and come to rest; what lies deeper is not looked at. Watches directories
 * rather than files: editors put a new file in the old one's place. Returns what ends it; never throws.
 */
export function watchDirectories({
  dirs,
  clock,
  onChange,
  onUnwatched,
}: WatchDirectoriesOptions): () => void {
  let cancel: CancelTimer | undefined;
  const changed = () => {
    cancel?.();
    cancel = clock.after(QUIET_MS, onChange);
  };
  const watchers = dirs.map((dir): FSWatcher | undefined => {
    try {
      return watch(dir, changed).on('error', (error) => onUnwatched(dir, error));
    } catch (error) {
      onUnwatched(dir, error);
      return undefined;
    }
  });
  return () => {
    cancel?.();
    for (const watcher of watchers) watcher?.close();
  };
}
