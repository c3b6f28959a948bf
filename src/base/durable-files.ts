/** A directory with a file for each thing that must outlast a crash and a power cut. */
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UNFINISHED, writeDurably } from './durable-file.ts';

const ENDING = '.json';

/** Every method may reject. */
export class DurableFiles {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Names of those that are there, readable or not, sorted. Makes the directory if it is not there, and deletes what was never finished. */
  async names(): Promise<readonly string[]> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const files = await readdir(this.#dir);
    for (const file of files.filter((name) => name.endsWith(UNFINISHED)))
      await rm(join(this.#dir, file), { force: true });
    return files
      .filter((name) => name.endsWith(ENDING))
      .map((name) => name.slice(0, -ENDING.length))
      .sort();
  }

  /** What JSON is in it. */
  async read(name: string): Promise<unknown> {
    return JSON.parse(await readFile(this.#path(name), 'utf8'));
  }

  /** In one step, and on the disk when it resolves; readable for this user alone. */
  async write(name: string, value: unknown): Promise<void> {
    await writeDurably(this.#path(name), JSON.stringify(value));
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  /** Puts a file aside that cannot be read, for somebody to look at. */
  async setAside(name: string): Promise<void> {
    await rename(this.#path(name), `${this.#path(name)}.unreadable`);
  }

  #path(name: string): string {
    return join(this.#dir, name + ENDING);
  }
}
