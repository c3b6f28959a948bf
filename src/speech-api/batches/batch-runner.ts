/** Does the batches that there are, the oldest first, and goes on where another process has ended. */
import { childOf } from '../../base/abort.ts';
import type { ChildController } from '../../base/abort.ts';
import { unlessAborted } from '../../base/async.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { ownShape } from '../answers.ts';
import type { Scope } from '../keys/key-file.ts';
import { refusalOf } from '../refusal.ts';
import { isOver } from './batch.ts';
import type { BatchJob, ItemResult } from './batch.ts';
import type { BatchStore, SeenBatch } from './batch-store.ts';

export type ItemWork = (
  job: BatchJob,
  index: number,
  signal: AbortSignal,
) => Promise<Pick<ItemResult, 'file_id' | 'result'>>;

export interface BatchRunnerOptions {
  readonly store: BatchStore;
  readonly work: ItemWork;
  /** 0, or how long it is, ms, until who pays may have the next item done. Throws where it may have none any more. */
  readonly allowance: (payer: string, scope: Scope) => Promise<number>;
  /** Whose batches these are; everybody's, if not given. */
  readonly isFor?: (owner: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Of one batch; beside whoever waits for an answer. */
const AT_ONCE = 2;
/** Another process may have taken in a batch, or given it up, ms. */
const LOOK_EVERY_MS = 1_000;
/** What may go well the next time is tried again after that, ms. */
const AGAIN_AFTER_MS = [1_000, 5_000, 20_000];
const AGAIN = new Set([
  'PROVIDER_NOT_AVAILABLE',
  'PROVIDER_ERROR',
  'VOICE_TIMEOUT',
  'SERVICE_BUSY',
  'STORAGE_UNAVAILABLE',
]);
/** What is over is shown for so long, ms. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

export class BatchRunner {
  readonly #options: BatchRunnerOptions;
  readonly #ended = new AbortController();
  readonly #over = new Set<string>();
  #wake: () => void = () => undefined;
  #running: { readonly id: string; readonly attempt: ChildController } | undefined;
  readonly #done: Promise<void>;

  /** Begins at once. */
  constructor(options: BatchRunnerOptions) {
    this.#options = options;
    this.#done = this.#run();
  }

  /** There is something new to be done. */
  kick(): void {
    this.#wake();
  }

  /** One that was given up ends at once, if it is this process that does it. */
  cancelled(id: string): void {
    if (this.#running?.id === id) this.#running.attempt.abort(new Error('The batch was given up.'));
  }

  /** What is under way is done again by whoever comes next. */
  async close(): Promise<void> {
    this.#ended.abort(new Error('The service ends.'));
    this.#wake();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { store, log } = this.#options;
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        const next = await this.#next();
        if (next) await this.#all(next);
        else {
          await store.removeOlderThan(KEPT_MS);
          await this.#sleep(LOOK_EVERY_MS);
        }
      } catch (error) {
        if (!signal.aborted) {
          log.error({ event: 'speech.batch', error }, 'the batches cannot be done at present');
          await this.#sleep(LOOK_EVERY_MS);
        }
      }
    }
  }

  async #next(): Promise<SeenBatch | undefined> {
    for (const id of await this.#options.store.ids()) {
      if (this.#over.has(id)) continue;
      const seen = await this.#options.store.see(id);
      const isOurs = seen && (this.#options.isFor?.(seen.job.owner) ?? true);
      if (isOurs && !isOver(seen.view)) return seen;
      this.#over.add(id);
    }
    return undefined;
  }

  async #all({ job, results }: SeenBatch): Promise<void> {
    const { store } = this.#options;
    await store.mend(job.id);
    const known = new Set(results.map(({ index }) => index));
    const next = [...job.items.keys()].filter((index) => !known.has(index)).values();
    const attempt = childOf(this.#ended.signal);
    this.#running = { id: job.id, attempt };
    // Given up by another process.
    let isLooking = true;
    const looking = (async () => {
      while (isLooking && !attempt.signal.aborted) {
        await this.#sleep(LOOK_EVERY_MS, attempt.signal);
        if (await store.isCancelled(job.id)) attempt.abort(new Error('The batch was given up.'));
      }
    })();
    const worker = async () => {
      for (const index of next) {
        if (attempt.signal.aborted) return;
        const result = await this.#one(job, index, attempt.signal);
        if (attempt.signal.aborted) return;
        await store.add(job.id, result);
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    } finally {
      isLooking = false;
      attempt.abort(new Error('The batch is done.'));
      this.#running = undefined;
      await looking;
    }
  }

  async #one(job: BatchJob, index: number, signal: AbortSignal): Promise<ItemResult> {
    const id = job.items[index]?.id ?? null;
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#allowed(job, signal);
        return { index, id, status: 'done', ...(await this.#options.work(job, index, signal)) };
      } catch (error) {
        const refusal = refusalOf(error);
        const waitMs = AGAIN_AFTER_MS[attempt];
        if (!signal.aborted && waitMs !== undefined && AGAIN.has(refusal.code)) {
          await this.#sleep(waitMs, signal);
          continue;
        }
        const { error_code, error_message, details } = ownShape(refusal, job.id);
        return { index, id, status: 'failed', error: { error_code, error_message, details } };
      }
    }
  }

  async #allowed({ owner, payer = owner, operation }: BatchJob, signal: AbortSignal): Promise<void> {
    for (;;) {
      const waitMs = await this.#options.allowance(payer, operation);
      if (waitMs <= 0) return;
      await this.#sleep(waitMs, signal);
      signal.throwIfAborted();
    }
  }

  /** Shorter where there is something new, or the signal aborts. */
  async #sleep(ms: number, signal: AbortSignal = this.#ended.signal): Promise<void> {
    let cancel = () => undefined as void;
    const slept = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(ms, resolve);
      if (signal === this.#ended.signal) this.#wake = resolve;
    });
    await unlessAborted(slept, signal).catch(() => undefined);
    cancel();
  }
}
