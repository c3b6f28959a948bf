import { childOf, crowdController } from './abort.ts';
import { unlessAborted } from './async.ts';
import { sleep } from './clock.ts';
import type { Clock } from './clock.ts';

const NEVER = crowdController().signal;

/**
 * Resolves when the promise settles, or after `ms`, whichever is first; rejects with the signal's reason, if there is one, or as the promise
 * does. Leaves no timer behind.
 */
export async function settledWithin(
  promise: Promise<unknown>,
  ms: number,
  clock: Clock,
  signal: AbortSignal = NEVER,
): Promise<void> {
  const waiting = childOf(signal);
  try {
    await unlessAborted(Promise.race([promise, sleep(clock, ms, waiting.signal)]), signal);
  } finally {
    waiting.abort(new Error('nobody waits any more'));
  }
}
