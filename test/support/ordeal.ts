/** A crowd of bad inputs, and the proof that the process has taken them: nothing uncaught, nothing that waits for ever, nothing kept. */
import { setMaxListeners } from 'node:events';
import { expect } from 'vitest';
import { isParleyError } from '../../src/base/errors.ts';
import { keptBytes } from './kept-bytes.ts';

export interface Ordeal {
  /** What is sent, for the report. */
  readonly what: string;
  readonly seed: number;
  readonly count: number;
  /** How many inputs are on their way at once. */
  readonly atOnce: number;
  /** Sends one input and resolves when it has had its effect. Throws what may not be. */
  readonly send: (index: number) => Promise<void>;
}

/** What one input may take at most, ms: far beyond any patience that is set for these tests, so that beyond it something hangs. */
const HANGS_AFTER_MS = 20_000;

/** What the heap may have grown by between a warm process and the end, bytes: far less than a kilobyte for each input. */
const KEPT_BYTES = 24 * 1024 * 1024;

/** More than all that are under way at once need, far less than one for each input. */
const MOST_LISTENERS = 1000;

/** Frames of an error while errors come by the thousand: where an input fails its number and the seed tell, and writing all down takes its time. */
const FRAMES = 3;

/** Of the inputs, how many come before the heap is first looked at. */
const WARM_SHARE = 0.2;

/** A signal that nobody aborts, shared by all inputs: who leaves a listener on it each time is found out. */
export function sharedSignal(): AbortSignal {
  const { signal } = new AbortController();
  setMaxListeners(MOST_LISTENERS, signal);
  return signal;
}

/** Runs all of them. A failure names the input and the seed that makes it again. */
export async function undergo(ordeal: Ordeal): Promise<void> {
  const { what, seed, count } = ordeal;
  const uncaught = watchForUncaught();
  const startedAtMs = performance.now();
  const warm = Math.floor(count * WARM_SHARE);
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  try {
    await sendAll(ordeal, 0, warm);
    const before = keptBytes();
    await sendAll(ordeal, warm, count);
    const kept = keptBytes() - before;
    const tookMs = Math.round(performance.now() - startedAtMs);
    process.stdout.write(
      `malformed: ${count} ${what}, seed ${seed}, ${tookMs} ms, ${Math.round(kept / 1024)} KiB kept\n`,
    );
    expect(kept, `bytes kept after ${count} ${what} (seed ${seed})`).toBeLessThan(KEPT_BYTES);
  } finally {
    await settled();
    Error.stackTraceLimit = stackTraceLimit;
    uncaught.stop();
  }
  expect(uncaught.seen, `uncaught after ${count} ${what} (seed ${seed})`).toEqual([]);
}

async function sendAll({ what, seed, atOnce, send }: Ordeal, from: number, to: number): Promise<void> {
  let next = from;
  const lane = async () => {
    while (next < to) {
      const index = next++;
      await inTime(send(index)).catch((cause: unknown) => {
        next = to;
        throw new Error(`input ${index} of ${what} (MALFORMED_SEED=${seed}): ${String(cause)}`, { cause });
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${HANGS_AFTER_MS} ms`)), HANGS_AFTER_MS);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** How bad inputs ended. Some must have been harmless and some not, or they were not what they should be. */
export class Outcomes {
  #fine = 0;
  readonly #failures = new Map<string, number>();

  /** Runs `work`, which may give an answer or an error that the catalogue knows, and throw nothing else. */
  async of(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.#fine++;
    } catch (error) {
      if (!isParleyError(error)) throw error;
      this.#failures.set(error.code, (this.#failures.get(error.code) ?? 0) + 1);
    }
  }

  /** To be called at the end. */
  expectBoth(): void {
    expect(this.#fine).toBeGreaterThan(0);
    expect([...this.#failures.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  }
}

interface Uncaught {
  readonly seen: readonly string[];
  stop(): void;
}

/** Notes what would have ended a process without a test runner in it, and listeners that pile up. */
function watchForUncaught(): Uncaught {
  const seen: string[] = [];
  const note = (error: unknown) =>
    void seen.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const warned = (warning: Error) => {
    if (warning.name === 'MaxListenersExceededWarning') note(warning);
  };
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  process.on('warning', warned);
  return {
    seen,
    stop() {
      process.off('uncaughtException', note);
      process.off('unhandledRejection', note);
      process.off('warning', warned);
    },
  };
}

/** A rejection counts as unhandled only after everything that is due has run. */
async function settled(): Promise<void> {
  for (let round = 0; round < 3; round++) await new Promise((resolve) => setImmediate(resolve));
}
