import type { ParleyError } from '../base/errors.ts';

const INTERRUPTIONS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does `work` under a signal that aborts with `reason` at Ctrl-C, and where a supervisor ends this process: whoever interrupts still wants
 * tidied up what was begun, and told what was found so far. The second time ends the process at once.
 */
export async function untilInterrupted<T>(
  reason: ParleyError,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupted = new AbortController();
  const interrupt = () => {
    for (const signal of INTERRUPTIONS) process.off(signal, interrupt);
    interrupted.abort(reason);
  };
  for (const signal of INTERRUPTIONS) process.on(signal, interrupt);
  try {
    return await work(interrupted.signal);
  } finally {
    for (const signal of INTERRUPTIONS) process.off(signal, interrupt);
  }
}
