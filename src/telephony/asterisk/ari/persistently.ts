/** Makes a request of Asterisk until it is done: for what nobody would do in its place. */
import { type Clock, sleep } from '../../../base/clock.ts';
import { isParleyError } from '../../../base/errors.ts';

/**
 * The waits between attempts, ms. While the event socket stands, a request fails for what passes: this process has no file free until
 * another call ends, or Asterisk is busy. Short at first, for somebody may be listening to the silence; 16 s in all, for the end of a
 * call and of the service waits for it.
 */
const AGAIN_AFTER_MS = [250, 500, 1000, 2000, 4000, 8000] as const;

export interface Persistence {
  readonly clock: Clock;
  /** Ends the waiting: only one attempt is made then. */
  readonly signal: AbortSignal;
}

/** Throws what the last attempt threw. What repeating cannot mend is not repeated. */
export async function persistently(
  request: () => Promise<void>,
  { clock, signal }: Persistence,
): Promise<void> {
  for (const afterMs of AGAIN_AFTER_MS) {
    try {
      return await request();
    } catch (error) {
      if (!isParleyError(error) || !error.retryable || signal.aborted) throw error;
    }
    await sleep(clock, afterMs, signal);
  }
  return request();
}
