import { ERROR_CATALOGUE } from './error-catalogue.ts';
import type { ErrorCode } from './error-catalogue.ts';
import { withoutSecrets } from './without-secrets.ts';

/** Of somebody else's words: enough to search for. */
const LONGEST_QUOTE = 200;

/**
 * An error with a stable code. The message says what happened and what to do about it, in our own words: it never holds a secret, nor what
 * a caller said.
 */
export class ParleyError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** What happened, without the advice. */
  readonly detail: string;
  /** What the other side said to that, in its own words. It may quote what was asked, so it goes only where that may go. */
  readonly quote: string | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    options: { readonly cause?: unknown; readonly quote?: string | undefined } = {},
  ) {
    super(`${withoutSecrets(detail)} ${ERROR_CATALOGUE[code].advice} [${code}]`, options);
    this.name = 'ParleyError';
    this.code = code;
    this.detail = detail;
    const quote = withoutSecrets(options.quote ?? '').slice(0, LONGEST_QUOTE);
    this.quote = quote === '' ? undefined : quote;
    this.retryable = ERROR_CATALOGUE[code].retryable;
  }
}

/** True if `error` is a ParleyError with one of `codes` (any code if none is named). */
export function isParleyError(error: unknown, ...codes: readonly ErrorCode[]): error is ParleyError {
  return error instanceof ParleyError && (codes.length === 0 || codes.includes(error.code));
}

/** Said by a provider that will not serve whoever shows these credentials, however often it is asked. */
const REFUSALS_OF_CREDENTIALS: readonly ErrorCode[] = [
  'CREDENTIALS_INVALID',
  'ASR_UNAUTHORIZED',
  'LLM_UNAUTHORIZED',
  'TTS_UNAUTHORIZED',
];

/** True if nothing but other credentials, or other rights of theirs, will help. */
export function refusesCredentials(code: ErrorCode): boolean {
  return REFUSALS_OF_CREDENTIALS.includes(code);
}

/** The code to log for whatever was thrown. */
export function errorCode(error: unknown): ErrorCode {
  return error instanceof ParleyError ? error.code : 'INTERNAL';
}
