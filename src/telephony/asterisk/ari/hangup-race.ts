/** Somebody hangs up while a request is on its way: what Asterisk then answers is an ordinary outcome, not a fault. */
import { isParleyError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';

export function isHangupRace(error: unknown): boolean {
  return isParleyError(error, 'ARI_GONE', 'ARI_CONFLICT', 'ARI_NOT_IN_STASIS');
}

/** Runs a request whose failure nobody can act on: a hangup race passes in silence, anything else is logged. Never rejects. */
export async function tolerant(log: Log, event: string, request: () => Promise<void>): Promise<void> {
  try {
    await request();
  } catch (error) {
    if (!isHangupRace(error)) log.warn({ event, error }, 'Asterisk did not do what was asked');
  }
}
