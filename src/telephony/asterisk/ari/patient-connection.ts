/** Waits for an Asterisk that is not up yet: after a power cut both start at once, and Parley is the faster. */
import { connectAri, type AriOptions } from './ari.ts';
import type { AriPort } from './ari-port.ts';
import { untilUp } from './until-up.ts';

/**
 * Connects as soon as there is an Asterisk to connect to. Throws what waiting cannot mend (ARI_REFUSED, ARI_FAILED), or the signal's
 * reason; leaves nothing behind then.
 */
export function connectAriPatiently(options: AriOptions, signal: AbortSignal): Promise<AriPort> {
  return untilUp(() => connectAri(options), options, signal);
}
