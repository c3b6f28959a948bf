/**
 * Why a call that was placed did not come about, from Asterisk's hangup cause (Q.850) and, where it is told (22.7 and later), the SIP status
 * behind it. Dial's own status is no help: it says NOANSWER of a number that does not exist. Measured on Asterisk 22.10.
 */
import type { Unconnected } from '../../telephone.ts';

export interface Ended {
  readonly cause: number;
  /** Of the far end; undefined where Asterisk does not tell. */
  readonly sipStatus: number | undefined;
  /** It has rung there, or something was heard. */
  readonly hasRung: boolean;
}

export function unconnectedOf({ cause, sipStatus, hasRung }: Ended): Unconnected {
  if (sipStatus !== undefined && OUR_OWN_SIDE.has(sipStatus)) return 'failed';
  const known = BY_CAUSE[cause];
  if (known) return known;
  // An ordinary end before anybody has answered: whoever rang there gave it up.
  return hasRung ? 'noAnswer' : 'failed';
}

/** For the log: `Q.850 17 (SIP 486)`. */
export function causeText({ cause, sipStatus }: Pick<Ended, 'cause' | 'sipStatus'>): string {
  return sipStatus === undefined ? `Q.850 ${cause}` : `Q.850 ${cause} (SIP ${sipStatus})`;
}

/** The trunk does not accept our account, or does not do what we ask: Asterisk makes 21 and 29 of these, as of a callee who declines. */
const OUR_OWN_SIDE: ReadonlySet<number> = new Set([401, 407, 415, 420, 488, 501, 606]);

const BY_CAUSE: Readonly<Partial<Record<number, Unconnected>>> = {
  1: 'unreachable',
  2: 'unreachable',
  3: 'unreachable',
  17: 'busy',
  18: 'noAnswer',
  19: 'noAnswer',
  20: 'unreachable',
  21: 'refused',
  22: 'unreachable',
  26: 'noAnswer',
  27: 'unreachable',
  28: 'unreachable',
  29: 'refused',
  34: 'failed',
  38: 'failed',
  41: 'failed',
  42: 'failed',
  44: 'failed',
  55: 'refused',
  57: 'failed',
  58: 'failed',
  102: 'failed',
};
