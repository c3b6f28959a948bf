/** Keeps live calls on the disk: a small file each. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callRecord } from './survival-store.ts';
import type { CallRecord, SurvivalStore } from './survival-store.ts';

export class DiskStore implements SurvivalStore {
  readonly #dir: string;

  /** The directory is made if it is not there. */
  constructor(dir: string) {
    this.#dir = dir;
  }

  async calls(): Promise<readonly string[]> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    return [...new Set((await readdir(this.#dir)).map(callOfFile))];
  }

  async read(call: string): Promise<CallRecord> {
    return callRecord.parse(JSON.parse(await readFile(this.#path(call), 'utf8')));
  }

  /**
   * Not forced to the disk: when the machine loses its power, the calls are lost with it. It holds what was said: only this user may
   * read it.
   */
  async write(record: CallRecord): Promise<void> {
    const path = this.#path(record.call);
    await writeFile(unfinished(path), JSON.stringify(record), { mode: 0o600 });
    await rename(unfinished(path), path);
  }

  async delete(call: string): Promise<void> {
    const path = this.#path(call);
    await rm(path, { force: true });
    await rm(unfinished(path), { force: true });
  }

  #path(call: string): string {
    return join(this.#dir, `${encodeURIComponent(call)}.json`);
  }
}

/** Also of a file that a killed process had not finished, or that nobody here has written. */
function callOfFile(file: string): string {
  const name = file.replace(/\.json(\.new)?$/, '');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function unfinished(path: string): string {
  return `${path}.new`;
}
