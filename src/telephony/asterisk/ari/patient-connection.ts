/** Waits for an Asterisk that is not up yet: after a power cut both start at once, and Parley is the faster. */
import { sleep } from '../../../base/clock.ts';
import { isParleyError } from '../../../base/errors.ts';
import { SeldomOfEach } from '../../../base/seldom.ts';
import { connectAri, type AriOptions } from './ari.ts';
import type { AriPort } from './ari-port.ts';
import { Backoff } from './backoff.ts';

/**
 * Connects as soon as there is an Asterisk to connect to. Throws what waiting cannot mend (ARI_REFUSED, ARI_FAILED), or the signal's
 * reason; leaves nothing behind then.
 */
export async function connectAriPatiently(options: AriOptions, signal: AbortSignal): Promise<AriPort> {
  const { clock, log, random } = options;
  const backoff = new Backoff(random);
  const seldom = new SeldomOfEach(clock);
  for (;;) {
    signal.throwIfAborted();
    try {
      return await connectAri(options);
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
