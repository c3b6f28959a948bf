/**
 * The journal of tools with effects, on disk: a file a day for each process that writes one, so that no two write into the same. Lines that
 * come at once are forced to the disk together.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { deferred } from '../../base/async.ts';
import type { Deferred } from '../../base/async.ts';
import type { Log } from '../../base/log.ts';
import { usesIn } from './tool-journal.ts';
import type { EarlierUse, HowEnded, JournalLine, JournalledUse, ToolJournal } from './tool-journal.ts';

/** After its last line a file is kept so long: enough to ask the other side about what nobody knows; a call lasts at most a day. */
const KEPT_DAYS = 14;
const DAY_MS = 86_400_000;

/**
 * How long a use waits for the disk itself, ms. What is written outlives the process from then on; only a power failure in the
 * moments in which a busy disk has not taken it yet could lose it, and who asks again then shows the same key.
 */
const FORCED_WITHIN_MS = 8;

/** Begins with the moment of its first line: by their names, files are in the order in which they were begun. */
const FILE = /^\d{4}-\d{2}-\d{2}T\d{6}\.\d{3}Z-[\da-f]{8}\.jsonl$/;

interface Waiting extends Deferred<void> {
  readonly line: string;
  /** It is waited for until the disk has it, or for a while. */
  readonly isForced: boolean;
  isWritten: boolean;
}

interface OpenFile {
  readonly day: string;
  readonly path: string;
  readonly handle: FileHandle;
  isTorn: boolean;
  hasLines: boolean;
  /** Lines are being forced to the disk, and those that came meanwhile are behind them. */
  forcing: Promise<void> | undefined;
  forcingNext: Promise<void> | undefined;
}

export interface DiskJournalOptions {
  /** Made if it is not there. */
  readonly dir: string;
  readonly clock: Clock;
  readonly epochMs: () => number;
  readonly log: Log;
  /** Forces what was written to the disk; `fdatasync` if not given. */
  readonly force?: (handle: FileHandle) => Promise<void>;
}

export class DiskJournal implements ToolJournal {
  readonly #options: DiskJournalOptions;
  readonly #waiting: Waiting[] = [];
  #file: OpenFile | undefined;
  #working: Promise<void> = Promise.resolve();
  #isWorking = false;

  constructor(options: DiskJournalOptions) {
    this.#options = options;
  }

  /**
   * What earlier processes have begun and not ended, each told in the log and from now on known as unknown. Makes the file of this process,
   * so that no caller waits for it, and deletes what is old. To be called first. Never rejects: what cannot be read is logged.
   */
  async open(): Promise<readonly EarlierUse[]> {
    const { log, dir } = this.#options;
    try {
      await this.#newFile();
      const open = (await this.#uses()).filter(({ hasEnd }) => !hasEnd);
      for (const use of open) {
        const { call, tool, key } = use;
        const fields = { event: 'tool.unknown', call, tool, key };
        log.warn(fields, 'a tool was begun and the process ended: it may have been done');
        await this.ended(use, 'unknown');
      }
      return open;
    } catch (error) {
      log.error({ event: 'tool.journal', dir, error }, 'the journal of tools cannot be read');
      return [];
    }
  }

  /** Of calls that may be gone on with, by call; none of a call that is not in it. Never rejects. */
  async ofCalls(calls: readonly string[]): Promise<ReadonlyMap<string, readonly EarlierUse[]>> {
    const wanted = new Map(calls.map((call): [string, EarlierUse[]] => [call, []]));
    if (calls.length === 0) return wanted;
    try {
      for (const use of await this.#uses()) wanted.get(use.call)?.push(use);
    } catch (error) {
      const { log, dir } = this.#options;
      log.error({ event: 'tool.journal', dir, calls, error }, 'the journal of tools cannot be read');
    }
    return wanted;
  }

  async begun(use: JournalledUse): Promise<void> {
    const waiting = this.#write({ event: 'begun', ...plain(use), at: this.#now() }, true);
    try {
      await waiting.promise;
    } catch (error) {
      // Who is told that it was not written must not be found in it: nothing was done.
      if (waiting.isWritten) await this.ended(use, 'notSent');
      throw error;
    }
  }

  async ended(use: JournalledUse, how: HowEnded): Promise<void> {
    try {
      await this.#write({ event: 'ended', ...plain(use), at: this.#now(), how }, false).promise;
    } catch (error) {
      const { log } = this.#options;
      log.error(
        { event: 'tool.journal', ...plain(use), how, error },
        'the end of a tool is not in the journal',
      );
    }
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#working;
    const file = this.#file;
    this.#file = undefined;
    if (file) await closed(file);
    if (file && !file.hasLines) await rm(file.path, { force: true });
  }

  #write(line: JournalLine, isForced: boolean): Waiting {
    const waiting = { ...deferred(), line: `${JSON.stringify(line)}\n`, isForced, isWritten: false };
    this.#waiting.push(waiting);
    if (!this.#isWorking) {
      this.#isWorking = true;
      this.#working = this.#work();
    }
    return waiting;
  }

  /** Never rejects; those who wait are told. */
  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0);
      try {
        const file = await this.#append(together);
        for (const waiting of together) waiting.isWritten = true;
        for (const { isForced, resolve } of together) if (!isForced) resolve();
        void this.#force(
          file,
          together.filter(({ isForced }) => isForced),
        );
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
      if (this.#file && this.#file.day !== this.#now().slice(0, 10)) await this.#beginNextDay();
    }
    this.#isWorking = false;
  }

  /** Behind the day's first line, for which somebody waited. Never rejects: where there is no new file, the old one goes on. */
  async #beginNextDay(): Promise<void> {
    const before = this.#file;
    try {
      await this.#newFile();
      if (before) await closed(before);
    } catch (error) {
      const { log, dir } = this.#options;
      log.error(
        { event: 'tool.journal', dir, error },
        'the journal of tools goes on in the file of another day',
      );
    }
  }

  /** Never rejects; those who wait are told. */
  async #force(file: OpenFile, lines: readonly Waiting[]): Promise<void> {
    if (lines.length === 0) return;
    const { clock, dir, log } = this.#options;
    let isWaitedFor = true;
    const told = () => {
      isWaitedFor = false;
      for (const { resolve } of lines) resolve();
    };
    const cancel = clock.after(FORCED_WITHIN_MS, told);
    try {
      await this.#forced(file);
      told();
    } catch (error) {
      if (!isWaitedFor) log.error({ event: 'tool.journal', dir, error }, 'the disk did not take a line');
      for (const { reject } of lines) reject(error);
    } finally {
      cancel();
    }
  }

  /** One at a time: whoever comes while the disk is at it shares the next one. */
  #forced(file: OpenFile): Promise<void> {
    const { force = (handle: FileHandle) => handle.datasync() } = this.#options;
    if (file.forcing) {
      const before = file.forcing.catch(() => undefined);
      return (file.forcingNext ??= before.then(() => {
        file.forcingNext = undefined;
        return this.#forced(file);
      }));
    }
    file.forcing = force(file.handle).finally(() => (file.forcing = undefined));
    return file.forcing;
  }

  async #append(together: readonly Waiting[]): Promise<OpenFile> {
    const file = this.#file ?? (await this.#newFile());
    const lines = together.map(({ line }) => line).join('');
    const text = file.isTorn ? `\n${lines}` : lines;
    const { size } = await file.handle.stat();
    try {
      file.isTorn = true;
      await file.handle.appendFile(text);
      file.isTorn = false;
      file.hasLines = true;
      return file;
    } catch (error) {
      // Who is told that it was not written must not be found in it: nothing was done.
      await file.handle.truncate(size).then(
        () => (file.isTorn = false),
        () => undefined,
      );
      throw error;
    }
  }

  async #newFile(): Promise<OpenFile> {
    const now = this.#now();
    await mkdir(this.#options.dir, { recursive: true, mode: 0o700 });
    const path = join(this.#options.dir, `${now.replaceAll(/:/g, '')}-${randomUUID().slice(0, 8)}.jsonl`);
    const handle = await open(path, 'ax', 0o600);
    this.#file = {
      day: now.slice(0, 10),
      path,
      handle,
      isTorn: false,
      hasLines: false,
      forcing: undefined,
      forcingNext: undefined,
    };
    await this.#deleteOld();
    return this.#file;
  }

  async #uses() {
    const texts: string[] = [];
    for (const name of await this.#files()) texts.push(await readFile(join(this.#options.dir, name), 'utf8'));
    return usesIn(texts.flatMap((text) => text.split('\n')));
  }

  /** The oldest first. */
  async #files(): Promise<readonly string[]> {
    return (await readdir(this.#options.dir)).filter((name) => FILE.test(name)).sort();
  }

  async #deleteOld(): Promise<void> {
    const oldestMs = this.#options.epochMs() - KEPT_DAYS * DAY_MS;
    for (const name of await this.#files()) {
      const path = join(this.#options.dir, name);
      if ((await stat(path)).mtimeMs < oldestMs) await rm(path, { force: true });
    }
  }

  #now(): string {
    return new Date(this.#options.epochMs()).toISOString();
  }
}

/** Behind what is being forced in it. */
async function closed({ handle, forcing, forcingNext }: OpenFile): Promise<void> {
  await Promise.allSettled([forcing, forcingNext]);
  await handle.close();
}

function plain({ call, tool, key }: JournalledUse): JournalledUse {
  return { call, tool, key };
}
