/** Somebody whose calls one service answers beside those of others: whose bots they are, and how much of the service may be used for them. */

export interface Tenant {
  /** Stands in logs, metrics, the history and names of directories. */
  readonly name: string;
  /** Dialled numbers, as `plainNumber` writes them. */
  readonly numbers: readonly string[];
  /** Its own, and nobody else's; the first answers where nothing names another. */
  readonly bots: readonly [string, ...string[]];
  /** What is not given has no bound but the service's own. */
  readonly limits: TenantLimits;
  /** SHA-256 in hex of each token that shows an operator what is this tenant's, and nothing else. */
  readonly tokens: readonly string[];
  /** What is not given is as the service's settings say. */
  readonly recordings: { readonly keepDays?: number; readonly keepMb?: number };
}

export interface TenantLimits {
  /** At once, those among them that Parley makes. */
  readonly calls?: number;
  /** Of these, those that Parley makes. */
  readonly callsOut?: number;
  /** Requests of the speech API, of all keys together. */
  readonly ttsPerMinute?: number;
  readonly sttPerMinute?: number;
  /** Of these at once. */
  readonly speechAtOnce?: number;
}

/** A number as it is compared: people and trunks write `+7 (495) 123-45-67` in many ways. */
export function plainNumber(written: string): string {
  return written.replaceAll(/[\s().+-]/g, '').toLowerCase();
}
