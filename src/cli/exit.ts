/**
 * How a command ends: its exit status, and one message for the operator instead of a stack trace.
 */
import { isParleyError } from '../base/errors.ts';

export const EXIT_OK = 0;
export const EXIT_FAULT = 1;
/** What sysexits.h calls EX_CONFIG: starting again will not help until the settings are corrected. */
const EXIT_SETTINGS = 78;

export function exitStatus(error: unknown): number {
  const settings = isParleyError(error, 'SETTINGS_INVALID', 'BOT_PROFILE_INVALID');
  return settings ? EXIT_SETTINGS : EXIT_FAULT;
}

/** What the operator reads when a command fails. */
export function complaint(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `parley: ${message.replaceAll(/\n (?=\S)/g, '\n')}`;
}
