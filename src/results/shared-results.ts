/**
 * Results on their way that outlive their daemon: each lies on the disk of whoever made it and in what the daemons share, under the id that its
 * receiver knows it by. Whoever has it offers it; whoever is no more leaves it to another one.
 */
import type { CancelTimer, Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { SharedWorks } from '../base/shared-works.ts';
import { outboxEntry } from './outbox-entry.ts';
import type { OutboxEntry } from './outbox-entry.ts';
import type { OutboxFiles } from './outbox-files.ts';

type Files = Pick<OutboxFiles, 'keys' | 'read' | 'write' | 'remove' | 'setAside'>;

export interface SharedResultsOptions {
  readonly files: Files;
  readonly works: SharedWorks;
  /** Resolves when it is known what this process may act for: it may have slept. */
  readonly settled: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** So often somebody looks for results that are nobody's, ms: nobody waits on the line for them. */
const LOOK_EVERY_MS = 1_000;

/** Of so many that a daemon leaves, others may want some. */
const MOST_AT_ONCE = 20;

export class SharedResults {
  readonly #options: SharedResultsOptions;
  /** Names by the keys of what was written here. */
  readonly #names = new Map<string, string>();
  #cancelLook: CancelTimer = () => undefined;
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: SharedResultsOptions) {
    this.#options = options;
  }

  /** For the outbox: the disk, and what is shared. While that is away the disk alone. */
  get files(): Files {
    const { files, works } = this.#options;
    return {
      keys: () => files.keys(),
      read: (key) => files.read(key),
      setAside: (key) => files.setAside(key),
      write: async (entry) => {
        const name = nameOf(entry);
        this.#names.set(entry.key, name);
        // Whether it is this daemon's is asked before anything is done about it.
        const shared = works.put(name, JSON.stringify(entry)).catch(() => 'lost');
        await Promise.all([files.write(entry), shared]);
      },
      remove: async (key) => {
        await files.remove(key);
        const name = this.#names.get(key);
        this.#names.delete(key);
        if (name !== undefined) await works.close(name, 'forget').catch(() => undefined);
      },
    };
  }

  /** False: another daemon has it, or it was taken already. While nobody can be asked it is this one's: its receiver knows it by its id. */
  async isOurs(entry: OutboxEntry): Promise<boolean> {
    const { log, settled, works } = this.#options;
    const name = nameOf(entry);
    await settled();
    try {
      if ((await works.put(name, JSON.stringify(entry))) === 'noted') return true;
      // Of a run of this daemon that is over.
      if ((await works.take(name)) !== undefined) return true;
    } catch {
      return true;
    }
    log.warn(
      { event: 'results.elsewhere', call: name },
      'another daemon tells, or has told, what came of a call',
    );
    return false;
  }

  /** From now on what others leave is handed here. */
  start(adopt: (entry: OutboxEntry) => void): void {
    this.#looking = this.#look(adopt)
      // It is looked again.
      .catch(() => undefined)
      .then(() => {
        if (!this.#isClosed)
          this.#cancelLook = this.#options.clock.after(LOOK_EVERY_MS, () => this.start(adopt));
      });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelLook();
    await this.#looking;
  }

  async #look(adopt: (entry: OutboxEntry) => void): Promise<void> {
    const { log, works } = this.#options;
    const { forsaken } = await works.tend(new Map());
    for (const name of forsaken.slice(0, MOST_AT_ONCE)) {
      if (this.#isClosed || (await works.take(name)) === undefined) continue;
      const [line = ''] = await works.read(name, 0);
      const entry = entryIn(line);
      log.warn({ event: 'results.adopted', call: name, readable: entry !== undefined }, 'a result was left');
      // The history of who had the call is the one that shows it.
      if (entry) adopt({ ...entry, kept: true });
      else await works.close(name, 'forget');
    }
  }
}

/** The id of the result: of a conversation that went on with another daemon there is one. */
function nameOf({ call: { id, first }, ready }: OutboxEntry): string {
  return !ready && first && !first.isTold ? first.id : id;
}

function entryIn(line: string): OutboxEntry | undefined {
  try {
    return outboxEntry.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
