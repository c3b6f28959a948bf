/**
 * The calls that have ended, for as long as they are kept. What the disk does, or does not, touches no call: they are handed over here and
 * written behind their backs, and what cannot be written waits in memory until it can be.
 */
import { errorCode, isParleyError } from '../base/errors.ts';
import { sleep } from '../base/clock.ts';
import type { CancelTimer, Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Criteria } from './criteria.ts';
import type { KeptCall, KeptResult } from './kept-call.ts';
import type { FoundCall, FoundCalls } from './store.ts';
import type { StoreNews, StoreQuestion } from './store-thread.ts';
import { Thread } from '../base/thread.ts';

export interface HistoryOptions {
  /** The file; it and its directory are made if they are not there. */
  readonly file: string;
  readonly retention: HistoryRetention;
  readonly clock: Clock;
  /** The wall clock, in milliseconds since 1970. */
  readonly epochMs: () => number;
  readonly log: Log;
  /** Told of every call that was written, and of every one that never will be. */
  readonly onCall: (outcome: 'kept' | 'lost') => void;
  /** Default: a thread of its own. `onNews` is told what comes without being asked for. */
  readonly connect?: (file: string, onNews: (news: StoreNews) => void) => StorePort;
}

export interface HistoryRetention {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}

export type StorePort = Pick<Thread, 'isOver' | 'close'> & { ask(question: StoreQuestion): Promise<unknown> };

/** What waits to be written may fill so much memory, characters: two thousand long calls. The oldest go first. */
const MOST_WAITING_CHARACTERS = 128 * 1024 * 1024;

/** So many calls are one transaction: a disk that comes back has them in a second, and each further one waits for no more than that. */
const AT_ONCE = 200;

/** When to try again what could not be written, ms: a disk is cleared by hand. */
const RETRY_MS = 5000;

/** How often is looked for what is to be deleted, ms: of an age of days nobody sees minutes. */
const DELETE_EVERY_MS = 15 * 60_000;

/** A disk that hangs must not keep the process from ending, ms; less than Docker grants after SIGTERM. */
const CLOSE_WITHIN_MS = 4000;

export class History {
  readonly #options: HistoryOptions;
  #thread: StorePort | undefined;
  #waiting: KeptCall[] = [];
  #waitingCharacters = 0;
  #writing: Promise<void> | undefined;
  #atOnce = AT_ONCE;
  /** The code that stands in the log; undefined while all goes well. */
  #fault: string | undefined;
  /** Nothing is begun any more that could wait. */
  #isClosing = false;
  /** Nothing is written any more either. */
  #isClosed = false;
  #cancelRetry: CancelTimer | undefined;
  #cancelDeletion: CancelTimer | undefined;

  constructor(options: HistoryOptions) {
    this.#options = options;
    void this.#deleteExpired();
  }

  /** How many calls have ended and are not written yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Keeps a call. Never throws, never waits. */
  keep(call: KeptCall): void {
    this.#waiting.push(call);
    this.#waitingCharacters += sizeOf(call);
    while (this.#waitingCharacters > MOST_WAITING_CHARACTERS) this.#lose(1);
    // One transaction at a time, and none while it is known to fail: what ends meanwhile goes together with the next.
    if (!this.#cancelRetry) void this.#write();
  }

  /** Resolves when what came of a call is written. Rejects with HISTORY_UNAVAILABLE or HISTORY_NEWER. */
  async keepResult(result: KeptResult): Promise<void> {
    await this.#ask({ kind: 'addResult', result });
  }

  /** Newest first. Rejects with HISTORY_UNAVAILABLE or HISTORY_NEWER. */
  search(criteria: Criteria): Promise<FoundCalls> {
    return this.#ask({ kind: 'search', criteria }) as Promise<FoundCalls>;
  }

  /** Rejects with HISTORY_UNAVAILABLE or HISTORY_NEWER. */
  find(key: string): Promise<FoundCall | undefined> {
    return this.#ask({ kind: 'find', key }) as Promise<FoundCall | undefined>;
  }

  /** Resolves when all that was handed over is written, or has failed to be. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** Writes what is still to be written, if that can be done, and ends. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#cancelDeletion?.();
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    const late = new AbortController();
    const written = this.#write().then(() => this.#thread?.ask({ kind: 'close' }));
    const tooLong = sleep(this.#options.clock, CLOSE_WITHIN_MS, late.signal);
    await Promise.race([written, tooLong]).catch(() => undefined);
    late.abort(new Error('closed in time'));
    this.#isClosed = true;
    const lost = this.#waiting.length;
    if (lost > 0) {
      this.#lose(lost);
      this.#options.log.error({ event: 'history.lost', calls: lost }, 'ended calls could not be written');
    }
    await this.#thread?.close();
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#isClosed) {
      const calls = this.#waiting.slice(0, this.#atOnce);
      try {
        await this.#ask({ kind: 'add', calls });
      } catch (error) {
        if (this.#failed(error, calls.length)) return;
        continue;
      }
      this.#take(calls);
      calls.forEach(() => this.#options.onCall('kept'));
      this.#atOnce = AT_ONCE;
      this.#works();
    }
  }

  /** Whether there is nothing to be done for now. */
  #failed(error: unknown, calls: number): boolean {
    const { clock, log } = this.#options;
    const code = errorCode(error);
    if (code === 'INTERNAL' && calls > 1) {
      // One of them cannot be written: the others can.
      this.#atOnce = 1;
      return false;
    }
    if (code === 'INTERNAL') {
      log.error({ event: 'history.lost', calls: 1, error }, 'an ended call cannot be written');
      this.#lose(1);
      return false;
    }
    if (this.#fault !== code)
      log.error({ event: 'history.unwritten', code, error }, 'ended calls wait in memory to be written');
    this.#fault = code;
    if (!this.#isClosing)
      this.#cancelRetry = clock.after(RETRY_MS, () => {
        this.#cancelRetry = undefined;
        void this.#write();
      });
    return true;
  }

  #works(): void {
    if (this.#fault === undefined) return;
    this.#fault = undefined;
    this.#options.log.info({ event: 'history.written' }, 'ended calls are written again');
  }

  /** Of the oldest that wait: some may be gone already. */
  #take(calls: readonly KeptCall[]): void {
    const written = new Set(calls);
    this.#waiting = this.#waiting.filter((call) => !written.has(call));
    this.#waitingCharacters = this.#waiting.reduce((sum, call) => sum + sizeOf(call), 0);
  }

  #lose(count: number): void {
    for (const call of this.#waiting.splice(0, count)) {
      this.#waitingCharacters -= sizeOf(call);
      this.#options.onCall('lost');
    }
  }

  async #deleteExpired(): Promise<void> {
    const { clock, epochMs, log, retention } = this.#options;
    const { maxAgeMs, maxBytes } = retention;
    try {
      const limits = { endedBeforeEpochMs: epochMs() - maxAgeMs, maxBytes };
      // In small portions: a call that ends meanwhile is written between two of them.
      while (!this.#isClosing && (await this.#ask({ kind: 'deleteSome', limits })));
    } catch (error) {
      if (!this.#isClosing && !isParleyError(error, 'HISTORY_UNAVAILABLE'))
        log.warn({ event: 'history.retention', error }, 'calls that are too old could not be deleted');
    }
    if (!this.#isClosing)
      this.#cancelDeletion = clock.after(DELETE_EVERY_MS, () => void this.#deleteExpired());
  }

  #ask(question: StoreQuestion): Promise<unknown> {
    const { connect = storeThread, file, log } = this.#options;
    if (!this.#thread || (this.#thread.isOver && !this.#isClosed))
      this.#thread = connect(file, ({ setAside }) =>
        log.error(
          { event: 'history.setAside', code: 'HISTORY_CORRUPT', file: setAside },
          'the history is damaged: it was put aside, and a new one begun',
        ),
      );
    return this.#thread.ask(question);
  }
}

function storeThread(file: string, onNews: (news: StoreNews) => void): StorePort {
  return new Thread({
    module: new URL('./store-thread', import.meta.url),
    data: { file },
    onNews: (news) => onNews(news as StoreNews),
    goneCode: 'HISTORY_UNAVAILABLE',
  });
}

function sizeOf({ ear = '', timeline, words }: KeptCall): number {
  return timeline.length + words.length + ear.length;
}
