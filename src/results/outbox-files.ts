/** The files of the outbox: one an entry. What was written is there after a crash, and after the machine has lost its power. */
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UNFINISHED, writeDurably } from '../base/durable-file.ts';
import { outboxEntry } from './outbox-entry.ts';
import type { OutboxEntry } from './outbox-entry.ts';

const ENDING = '.json';

/** Every method may reject. */
export class OutboxFiles {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Names of the entries that are there, readable or not, the oldest first. Makes the directory if it is not there. */
  async keys(): Promise<readonly string[]> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const files = await readdir(this.#dir);
    for (const file of files.filter((name) => name.endsWith(UNFINISHED)))
      await rm(join(this.#dir, file), { force: true });
    return files
      .filter((name) => name.endsWith(ENDING))
      .map((name) => name.slice(0, -ENDING.length))
      .sort();
  }

  /** Rejects also where it is no entry. */
  async read(key: string): Promise<OutboxEntry> {
    return outboxEntry.parse(JSON.parse(await readFile(this.#path(key), 'utf8')));
  }

  /** In one step, and forced to the disk. It holds what was said: only this user may read it. */
  async write(entry: OutboxEntry): Promise<void> {
    await writeDurably(this.#path(entry.key), JSON.stringify(entry));
  }

  async remove(key: string): Promise<void> {
    await rm(this.#path(key), { force: true });
  }

  /** Puts a file aside that cannot be read, for somebody to look at. */
  async setAside(key: string): Promise<void> {
    await rename(this.#path(key), `${this.#path(key)}.unreadable`);
  }

  #path(key: string): string {
    return join(this.#dir, key + ENDING);
  }
}
