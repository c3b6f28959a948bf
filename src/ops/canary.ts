/** Calls that only try out whether calls are served. */
import type { Party } from '../telephony/line.ts';

/** The number that the canary's account calls with, as asterisk/conf/pjsip.conf gives it: no telephone has it. */
export const CANARY_NUMBER = 'canary';

export function isCanary({ number }: Pick<Party, 'number'>): boolean {
  return number === CANARY_NUMBER;
}
