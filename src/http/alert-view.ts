import type { Alert } from '../alerts/alert.ts';
import type { AlertView } from './contract.ts';

/** An alert as /api tells of it. */
export function alertView({ sinceEpochMs, ...alert }: Alert): AlertView {
  return { ...alert, since: new Date(sinceEpochMs).toISOString() };
}
