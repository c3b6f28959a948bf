/** Asks an Asterisk that may still be starting, until it answers. */
import { type Clock, sleep } from '../../../base/clock.ts';
import { isParleyError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { SeldomOfEach } from '../../../base/seldom.ts';
import { Backoff } from './backoff.ts';

interface Waiting {
  readonly clock: Clock;
  readonly log: Log;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
}

/** What `ask` gives as soon as Asterisk is there. Throws what waiting cannot mend (ARI_REFUSED, ARI_FAILED), or the signal's reason. */
export async function untilUp<Told>(
  ask: () => Promise<Told>,
  { clock, log, random }: Waiting,
  signal: AbortSignal,
): Promise<Told> {
  const backoff = new Backoff(random);
  const seldom = new SeldomOfEach(clock);
  for (;;) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      // An Asterisk that is still loading its modules listens already, but knows of no ARI.
      if (!isParleyError(error, 'ARI_UNREACHABLE', 'ARI_TIMEOUT', 'ARI_GONE')) throw error;
      const fields = { event: 'ari_not_up', code: error.code, error: error.message };
      seldom.happened(error.code, (times) =>
        log.warn({ ...fields, times }, 'Asterisk is not there yet; Parley keeps trying'),
      );
    }
    await sleep(clock, backoff.nextMs(), signal);
  }
}
