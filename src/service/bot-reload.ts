/** Bot profiles change while calls go on: when a file of theirs does, or when the operator asks for it. */
import type { Clock } from '../base/clock.ts';
import { errorCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { BotChanges, BotRoster } from '../call/intake/bot-roster.ts';
import { loadBots } from '../config/bots.ts';
import type { Bots } from '../config/bots.ts';
import { watchBots } from '../config/watch-bots.ts';

export interface BotReloadOptions {
  readonly dir: string;
  /** Names of those that tools may use. */
  readonly secrets: readonly string[];
  readonly roster: BotRoster;
  /** Told of the profiles whenever they have been read and are without fault; what it throws keeps the old ones. */
  readonly onRead: (bots: Bots) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export class BotReload {
  readonly #options: BotReloadOptions;
  readonly #unwatch: () => void;
  #last: Promise<unknown> = Promise.resolve();

  /** Watches the directory until `close`. */
  constructor(options: BotReloadOptions) {
    this.#options = options;
    // What is wrong has been logged, and the operator who saves again reloads again.
    const onChange = () => void this.reload().catch(() => undefined);
    this.#unwatch = watchBots({ ...options, onChange });
  }

  /**
   * Reads all profiles again; calls that begin from now on get them. Throws BOT_PROFILE_INVALID with every fault of every file, or
   * TENANTS_INVALID where a tenant's bot is gone, and then everything stays as it was.
   */
  reload(): Promise<BotChanges> {
    const reloading = this.#last.then(() => this.#reload());
    this.#last = reloading.catch(() => undefined);
    return reloading;
  }

  async close(): Promise<void> {
    this.#unwatch();
    await this.#last;
  }

  async #reload(): Promise<BotChanges> {
    const { dir, secrets, roster, onRead, log } = this.#options;
    try {
      const bots = await loadBots(dir, secrets);
      onRead(bots);
      const changes = roster.replace(bots);
      const isNothing = Object.values(changes).every((names: readonly string[]) => names.length === 0);
      if (!isNothing) log.info({ event: 'bots.reloaded', ...changes }, 'Bot profiles were read again');
      return changes;
    } catch (error) {
      const { message } = error as Error;
      log.error(
        { event: 'bots.refused', code: errorCode(error), faults: message },
        'Bot profiles have faults; the old ones stay',
      );
      throw error;
    }
  }
}
