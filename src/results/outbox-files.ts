/** The files of the outbox: one an entry. They hold what was said. */
import { DurableFiles } from '../base/durable-files.ts';
import { outboxEntry } from './outbox-entry.ts';
import type { OutboxEntry } from './outbox-entry.ts';

/** Every method may reject. */
export class OutboxFiles {
  readonly #files: DurableFiles;

  constructor(dir: string) {
    this.#files = new DurableFiles(dir);
  }

  /** Names of the entries that are there, readable or not, the oldest first. */
  keys(): Promise<readonly string[]> {
    return this.#files.names();
  }

  /** Rejects also where it is no entry. */
  async read(key: string): Promise<OutboxEntry> {
    return outboxEntry.parse(await this.#files.read(key));
  }

  /** In one step, and forced to the disk. */
  write(entry: OutboxEntry): Promise<void> {
    return this.#files.write(entry.key, entry);
  }

  remove(key: string): Promise<void> {
    return this.#files.remove(key);
  }

  /** Puts a file aside that cannot be read, for somebody to look at. */
  setAside(key: string): Promise<void> {
    return this.#files.setAside(key);
  }
}
