/**
 * Keeps live calls on the disk: a small file each, a line for each time it was written, of which the last counts. A line more costs a
 * fifth of what a new file in the place of the old one does.
 */
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callRecord } from './survival-store.ts';
import type { CallRecord, SurvivalStore } from './survival-store.ts';

/** A file that would grow beyond this begins anew: some fifty lines of a call that has lasted. */
const LONGEST_FILE_CHARS = 256 * 1024;

export class DiskStore implements SurvivalStore {
  readonly #dir: string;
  /** How long the files are that this process has begun, and whose last line is whole. */
  readonly #lengths = new Map<string, number>();

  /** The directory is made if it is not there. */
  constructor(dir: string) {
    this.#dir = dir;
  }

  async calls(): Promise<readonly string[]> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    return [...new Set((await readdir(this.#dir)).map(callOfFile))];
  }

  async read(call: string): Promise<CallRecord> {
    const [last = '', before] = (await readFile(this.#path(call), 'utf8')).trimEnd().split('\n').toReversed();
    try {
      return recordIn(last);
    } catch (error) {
      // Whoever was killed while it wrote has left a part of a line.
      if (before === undefined) throw error;
      return recordIn(before);
    }
  }

  /**
   * Not forced to the disk: when the machine loses its power, the calls are lost with it. It holds what was said: only this user may
   * read it.
   */
  async write(record: CallRecord): Promise<void> {
    const { call } = record;
    const line = `${JSON.stringify(record)}\n`;
    const length = (this.#lengths.get(call) ?? Infinity) + line.length;
    // Unless all of it is written, nothing may stand behind it.
    this.#lengths.delete(call);
    if (length <= LONGEST_FILE_CHARS) await appendFile(this.#path(call), line, { mode: 0o600 });
    else await this.#begin(call, line);
    this.#lengths.set(call, length <= LONGEST_FILE_CHARS ? length : line.length);
  }

  async delete(call: string): Promise<void> {
    this.#lengths.delete(call);
    const path = this.#path(call);
    await rm(path, { force: true });
    await rm(unfinished(path), { force: true });
  }

  async #begin(call: string, line: string): Promise<void> {
    const path = this.#path(call);
    await writeFile(unfinished(path), line, { mode: 0o600 });
    await rename(unfinished(path), path);
  }

  #path(call: string): string {
    return join(this.#dir, `${encodeURIComponent(call)}.json`);
  }
}

/** Throws if it is none. */
function recordIn(line: string): CallRecord {
  return callRecord.parse(JSON.parse(line));
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
