/**
 * How a command ends: its exit status, and one message for the operator instead of a stack trace.
 */
import { messageOf } from '../base/message-of.ts';
import { isParleyError } from '../base/errors.ts';
import type { ErrorCode } from '../base/error-catalogue.ts';
import { withoutSecrets } from '../base/without-secrets.ts';

export const EXIT_OK = 0;
export const EXIT_FAULT = 1;
/** What sysexits.h calls EX_USAGE: the command was given something that it cannot take. */
export const EXIT_USAGE = 64;
/** What sysexits.h calls EX_CONFIG: starting again will not help until the settings are corrected. */
const EXIT_SETTINGS = 78;

/** What no new start mends: a setting is wrong, or the place or the password that it names is. A supervisor does not try again. */
const FAULTS_OF_SETTINGS = [
  'SETTINGS_INVALID',
  'BOT_PROFILE_INVALID',
  'ARI_REFUSED',
  'CREDENTIALS_INVALID',
  'MEDIA_DIR_UNUSABLE',
  'DATA_DIR_UNUSABLE',
  'MEDIA_MODE_UNAVAILABLE',
  'HTTP_ADDRESS_UNUSABLE',
  'ARI_LISTEN_UNUSABLE',
] as const satisfies readonly ErrorCode[];

export function exitStatus(error: unknown): number {
  if (isParleyError(error, ...FAULTS_OF_SETTINGS)) return EXIT_SETTINGS;
  const usage = isParleyError(
    error,
    'DIAL_TARGET_INVALID',
    'DIAL_EXPECTATION_INVALID',
    'DIAL_OPTION_INVALID',
  );
  return usage ? EXIT_USAGE : EXIT_FAULT;
}

/** What the operator reads when a command fails. */
export function complaint(error: unknown): string {
  const message = messageOf(error);
  return `parley: ${withoutSecrets(message).replaceAll(/\n (?=\S)/g, '\n')}`;
}
