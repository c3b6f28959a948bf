/** Notices that somebody has changed a bot profile. */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { watchDirectories } from '../base/watch-directories.ts';

export interface WatchBotsOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly onChange: () => void;
}

/**
 * Calls `onChange` when the files of the directory have changed and come to rest. Returns what ends it; never throws: without a watch, a
 * reload can still be asked for.
 */
export function watchBots({ dir, clock, log, onChange }: WatchBotsOptions): () => void {
  const onUnwatched = (_dir: string, error: unknown) =>
    log.warn({ event: 'bots.unwatched', dir, error }, 'changes of bot profiles will not be noticed');
  return watchDirectories({ dirs: [dir], clock, onChange, onUnwatched });
}
