/** The replay of another checkout, in a thread of its own: whatever its code does, the gate goes on, and says so. */
import { ParleyError } from '../../base/errors.ts';
import { Thread } from '../../base/thread.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import type { Replayed } from '../../recordings/replay/replay.ts';
import type { OtherCodeAnswer, OtherCodeQuestion } from './other-code-thread.ts';

/** A call of four hours takes half a minute on a busy machine, ms: what takes longer than this never ends. */
const RUNS_WITHIN_MS = 120_000;
/** Some hundred modules, on a busy machine, ms. */
const LOADS_WITHIN_MS = 60_000;

export class OtherCode {
  readonly #root: string;
  readonly #signal: AbortSignal;
  readonly #runsWithinMs: number;
  #thread: Thread | undefined;

  /** With `signal` what is being run rejects with its reason. To be closed. */
  constructor(root: string, signal: AbortSignal, runsWithinMs = RUNS_WITHIN_MS) {
    this.#root = root;
    this.#signal = signal;
    this.#runsWithinMs = runsWithinMs;
  }

  /** Throws CHECKOUT_UNUSABLE if it can run no recorded calls. */
  async load(): Promise<void> {
    await this.#ask({ kind: 'load' }, LOADS_WITHIN_MS);
  }

  /** It reads the call itself. Rejects with what its code throws, or CHECKOUT_UNUSABLE where that has ended its thread or does not end. */
  async run(path: string): Promise<Replayed> {
    // A call has ended the thread before.
    if (this.#thread?.isOver !== false) await this.load();
    const ran = await this.#ask({ kind: 'run', path }, this.#runsWithinMs);
    if (!isReplay(ran))
      throw new ParleyError('CHECKOUT_UNUSABLE', `What ${this.#root} makes of a call is no timeline.`);
    if ('fault' in ran) throw new Error(ran.fault);
    const { entries, unknown } = ran;
    return {
      entries,
      unknown: unknown && {
        atMs: unknown.atMs,
        error: new ParleyError('REPLAY_NO_ANSWER', unknown.because),
      },
    };
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }

  async #ask(question: OtherCodeQuestion, withinMs: number): Promise<unknown> {
    this.#signal.throwIfAborted();
    const thread = this.#begun();
    let isLate = false;
    const end = () => void thread.close();
    const late = setTimeout(() => ((isLate = true), end()), withinMs);
    this.#signal.addEventListener('abort', end, { once: true });
    try {
      return await thread.ask(question);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!thread.isOver) throw error;
      const how = isLate ? `took longer than ${withinMs / 1000} s` : 'has ended its thread';
      throw new ParleyError('CHECKOUT_UNUSABLE', `The code in ${this.#root} ${how}.`, { cause: error });
    } finally {
      clearTimeout(late);
      this.#signal.removeEventListener('abort', end);
    }
  }

  /** The one that is there; another where a call has ended that. */
  #begun(): Thread {
    if (this.#thread && !this.#thread.isOver) return this.#thread;
    return (this.#thread = new Thread({
      module: new URL('./other-code-thread', import.meta.url),
      data: { root: this.#root },
      goneCode: 'CHECKOUT_UNUSABLE',
    }));
  }
}

/** As far as it must be for figures: another Parley may note kinds of things that this one does not know. */
function isReplay(ran: unknown): ran is OtherCodeAnswer {
  if (typeof ran !== 'object' || ran === null) return false;
  if ('fault' in ran) return true;
  return 'entries' in ran && Array.isArray(ran.entries) && ran.entries.every(isEntry);
}

function isEntry(entry: unknown): entry is TimelineEntry {
  if (typeof entry !== 'object' || entry === null) return false;
  const { atMs, turn, type } = entry as Partial<Record<keyof TimelineEntry, unknown>>;
  return typeof type === 'string' && typeof atMs === 'number' && typeof turn === 'number';
}
