/**
 * Where recorded calls are written: a thread of its own, for all of them. No call waits for the disk, and what takes Node three visits to
 * its pool of threads, each announced and waited for, is there one plain call.
 */
import { Thread } from '../../base/thread.ts';
import type { BlockToWrite, DiskAnswer, DiskQuestion } from './disk-thread.ts';
import type { RetentionNow, Untouched } from './retention.ts';
import { BLOCK_BYTES, SpoolBlocks } from './spool-blocks.ts';
import type { Ending, Side } from './unfinished-bundle.ts';
import { WavSpool } from './wav-spool.ts';

/**
 * What all calls together may have waiting for the disk, bytes: two seconds of both sides of five hundred calls. A disk that is further
 * behind will not catch up.
 */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** So long what is to be written may be gathered, ms: a message for each block of each call would wake the thread a hundred times a second. */
const GATHER_MS = 250;
/** Then it is sent at once: 2 MiB. */
const MOST_GATHERED = 32;

export interface BundleDiskOptions {
  /** Its thread is kept when there is nothing to do for it: not where hardly anything will be. */
  readonly isBusy: boolean;
  readonly maxWaitingBytes?: number;
}

export class BundleDisk {
  readonly #options: BundleDiskOptions;
  readonly #blocks = new SpoolBlocks();
  #thread: Thread | undefined;
  #asked = 0;
  #gathered: BlockToWrite[] = [];
  #gathering: NodeJS.Timeout | undefined;

  constructor(options: BundleDiskOptions) {
    this.#options = options;
  }

  /** One side of the call whose files are gathered in `dir`. */
  side(dir: string, file: Side): WavSpool {
    const { maxWaitingBytes = MAX_WAITING_BYTES } = this.#options;
    return new WavSpool(this.#blocks, (block, bytes, silentBytes) => {
      if (this.#blocks.waitingBytes + BLOCK_BYTES > maxWaitingBytes)
        throw new Error('the disk is slower than the calls');
      this.#blocks.sent(block);
      this.#gathered.push({ dir, file, shared: block.shared, bytes, silentBytes });
      if (this.#gathered.length === MOST_GATHERED) return this.#send();
      this.#gathering ??= setTimeout(() => this.#send(), GATHER_MS).unref();
    });
  }

  /** Rejects with what keeps the bundle from being whole; nothing is left of it then. */
  keep(dir: string, ending: Ending): Promise<void> {
    return this.#ask({ kind: 'keep', dir, ending });
  }

  /** Deletes what has been written of a call. */
  drop(dir: string): Promise<void> {
    return this.#ask({ kind: 'drop', dir });
  }

  /** Tells what could not be looked at or deleted. */
  deleteExpired(root: string, limits: RetentionNow): Promise<readonly Untouched[]> {
    return this.#ask({ kind: 'deleteExpired', root, limits });
  }

  /** Nothing may be under way. */
  async close(): Promise<void> {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const thread = this.#thread;
    this.#thread = undefined;
    this.#blocks.forget();
    await thread?.close();
  }

  async #ask<Kind extends keyof DiskAnswer>(
    question: Extract<DiskQuestion, { readonly kind: Kind }>,
  ): Promise<DiskAnswer[Kind]> {
    this.#asked++;
    this.#send();
    try {
      return (await this.#running().ask(question)) as DiskAnswer[Kind];
    } finally {
      if (--this.#asked === 0 && !this.#options.isBusy) await this.close();
    }
  }

  #send(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    if (this.#gathered.length === 0) return;
    const order: DiskQuestion = { kind: 'write', blocks: this.#gathered };
    this.#gathered = [];
    this.#running().order(order);
  }

  /** One that has died is replaced; what it was writing is lost, and no bundle. */
  #running(): Thread {
    if (this.#thread && !this.#thread.isOver) return this.#thread;
    this.#blocks.forget();
    this.#thread = new Thread({ module: new URL('./disk-thread', import.meta.url), goneCode: 'INTERNAL' });
    return this.#thread;
  }
}
