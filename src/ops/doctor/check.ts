/**
 * One thing that must be right before Parley can answer a call, tried out rather than assumed.
 */
import { childWithin } from '../../base/abort.ts';
import { unlessAborted } from '../../base/async.ts';
import { messageOf } from '../../base/message-of.ts';
import { ERROR_CATALOGUE } from '../../base/error-catalogue.ts';
import { ParleyError } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import { withoutSecrets } from '../../base/without-secrets.ts';

export interface Check {
  readonly name: string;
  /** Whatever it throws is told as its failure. The signal aborts when the check has had its time. */
  run(signal: AbortSignal): Promise<CheckResult>;
}

export interface CheckResult {
  readonly ok: boolean | 'warn';
  readonly finding: string;
  /** What a person can do about it. */
  readonly advice?: string;
  readonly latencyMs?: number;
}

export interface CheckReport extends CheckResult {
  readonly name: string;
}

/** Longer than any request's own deadline, so that those tell first and better what is wrong. */
export const CHECK_DEADLINE_MS = 20_000;

/** Runs one check, whatever happens in it. Never rejects. */
export async function runCheck(check: Check, clock: Clock): Promise<CheckReport> {
  const late = () => new Error(`No answer within ${CHECK_DEADLINE_MS / 1000} seconds.`);
  const work = childWithin(CHECK_DEADLINE_MS, clock, late);
  try {
    return { name: check.name, ...(await unlessAborted(check.run(work.signal), work.signal)) };
  } catch (error) {
    return { name: check.name, ...failure(error) };
  } finally {
    work.release();
  }
}

/** What an error finds and advises. */
export function failure(error: unknown): CheckResult {
  if (!(error instanceof ParleyError)) {
    return { ok: false, finding: withoutSecrets(messageOf(error)) };
  }
  const { advice } = ERROR_CATALOGUE[error.code];
  const finding = error.message.replace(` ${advice}`, '').trimEnd();
  // Nothing of a caller's is in what the doctor asks.
  return {
    ok: false,
    finding: error.quote === undefined ? finding : `${finding} It said: ${error.quote}`,
    advice,
  };
}
