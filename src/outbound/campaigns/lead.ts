/** Somebody to be called, and what keeps a line of a list from being somebody. */

export interface Lead {
  /** In its list, from 1. */
  readonly line: number;
  /** E.164 */
  readonly number: string;
  /** The campaign's if not given. */
  readonly bot: string | undefined;
  /** By whose clocks it may be called. */
  readonly timeZone: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Stable: each stands in answers, in exports and in docs/campaigns.md. */
export const LEAD_FAULTS = {
  NUMBER_MISSING: 'has no number',
  NUMBER_INVALID: 'is no telephone number',
  NUMBER_REFUSED: 'is a number that no campaign calls',
  DUPLICATE: 'has the number of an earlier line',
  DO_NOT_CALL: 'is on the do-not-call list',
  TIME_ZONE_UNKNOWN: 'names no time zone',
  BOT_UNKNOWN: 'names no bot that there is',
  CELLS: 'has more or fewer cells than the line of names',
  NOT_AN_OBJECT: 'is no object',
  VALUE_INVALID: 'has a value that is neither text, number nor yes or no',
  VALUE_TOO_LONG: 'has a value of more than 1,000 characters',
} as const satisfies Record<string, string>;

export type LeadFaultCode = keyof typeof LEAD_FAULTS;

export interface LeadFault {
  readonly line: number;
  readonly code: LeadFaultCode;
  /** What is wrong, in a clause; it never holds a number or a value. */
  readonly told: string;
}
