/**
 * Batches on the disk, a directory each: what is to be done, a line for each item that is, and a mark of one that was given up. All
 * processes of the service read them, and whoever starts again finds where it was.
 */
import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { UNFINISHED, writeDurably } from '../../base/durable-file.ts';
import { batchJob, isOver, itemResult, viewOf } from './batch.ts';
import type { BatchJob, BatchView, ItemResult } from './batch.ts';

const ID = /^batch_[0-9a-z]{9}_[0-9a-f]{24}$/;
const RANDOM_BYTES = 12;
/** Batches whose work is kept in memory: each may have megabytes. */
const MOST_IN_MEMORY = 16;

export interface SeenBatch {
  readonly job: BatchJob;
  readonly results: readonly ItemResult[];
  readonly view: BatchView;
}

type NewBatch =
  | Pick<Extract<BatchJob, { operation: 'tts' }>, 'owner' | 'payer' | 'operation' | 'items'>
  | Pick<Extract<BatchJob, { operation: 'stt' }>, 'owner' | 'payer' | 'operation' | 'items'>;

export class BatchStore {
  readonly #dir: string;
  readonly #nowMs: () => number;
  readonly #jobs = new LRUCache<string, BatchJob>({ max: MOST_IN_MEMORY });

  private constructor(dir: string, nowMs: () => number) {
    this.#dir = dir;
    this.#nowMs = nowMs;
  }

  static async open(dir: string, nowMs: () => number): Promise<BatchStore> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return new BatchStore(dir, nowMs);
  }

  /** Resolves when it is on the disk. */
  async create(given: NewBatch): Promise<BatchJob> {
    // They sort by their age.
    const time = this.#nowMs().toString(36).padStart(9, '0');
    const id = `batch_${time}_${randomBytes(RANDOM_BYTES).toString('hex')}`;
    const job: BatchJob = { ...given, id, createdAt: new Date(this.#nowMs()).toISOString() };
    const unfinished = this.#path(id) + UNFINISHED;
    await mkdir(unfinished, { mode: 0o700 });
    await writeDurably(join(unfinished, 'job.json'), JSON.stringify(job));
    await rename(unfinished, this.#path(id));
    return job;
  }

  /** The oldest first. */
  async ids(): Promise<readonly string[]> {
    return (await readdir(this.#dir)).filter((name) => ID.test(name)).toSorted();
  }

  /** Undefined where there is none, or what there is cannot be read. */
  async see(id: string): Promise<SeenBatch | undefined> {
    const job = await this.#job(id);
    if (!job) return undefined;
    const results = await this.#results(id, job.items.length);
    return { job, results, view: viewOf(job, results, await this.isCancelled(id)) };
  }

  async add(id: string, result: ItemResult): Promise<void> {
    await appendFile(join(this.#path(id), 'results.jsonl'), `${JSON.stringify(result)}\n`, { mode: 0o600 });
  }

  /** What was being written when the process was killed becomes a line by itself: it is no result, and spoils none. */
  async mend(id: string): Promise<void> {
    const path = join(this.#path(id), 'results.jsonl');
    const file = await open(path, 'r').catch(() => undefined);
    if (!file) return;
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      if (size > 0 && buffer.toString() !== '\n') await appendFile(path, '\n');
    } finally {
      await file.close();
    }
  }

  async cancel(id: string): Promise<void> {
    await writeFile(join(this.#path(id), 'cancelled'), '');
  }

  async isCancelled(id: string): Promise<boolean> {
    return stat(join(this.#path(id), 'cancelled')).then(
      () => true,
      () => false,
    );
  }

  /** Whatever is over and was made before, and what was half made then. */
  async removeOlderThan(ms: number): Promise<void> {
    const madeBefore = this.#nowMs() - ms;
    for (const name of await readdir(this.#dir)) {
      const atMs = parseInt(name.split('_')[1] ?? '', 36);
      if (!name.startsWith('batch_') || !(atMs < madeBefore)) continue;
      const seen = ID.test(name) ? await this.see(name) : undefined;
      if (!seen || isOver(seen.view)) await rm(join(this.#dir, name), { recursive: true, force: true });
    }
  }

  async #job(id: string): Promise<BatchJob | undefined> {
    if (!ID.test(id)) return undefined;
    const known = this.#jobs.get(id);
    if (known) return known;
    try {
      const job = batchJob.parse(JSON.parse(await readFile(join(this.#path(id), 'job.json'), 'utf8')));
      this.#jobs.set(id, job);
      return job;
    } catch {
      return undefined;
    }
  }

  async #results(id: string, most: number): Promise<readonly ItemResult[]> {
    const text = await readFile(join(this.#path(id), 'results.jsonl'), 'utf8').catch(() => '');
    const byIndex = new Map<number, ItemResult>();
    for (const line of text.split('\n')) {
      const result = resultIn(line);
      if (result && result.index < most) byIndex.set(result.index, result);
    }
    return [...byIndex.values()].toSorted((one, other) => one.index - other.index);
  }

  #path(id: string): string {
    return join(this.#dir, id);
  }
}

function resultIn(line: string): ItemResult | undefined {
  if (line === '') return undefined;
  try {
    return itemResult.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
