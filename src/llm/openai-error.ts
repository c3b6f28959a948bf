/** What the openai package throws, in the words of the catalogue. Never its own message whole: it can quote the key. */
import { APIConnectionTimeoutError, APIError } from 'openai';
import { type ErrorCode, ParleyError } from '../base/errors.ts';
import { withoutSecrets } from '../base/without-secrets.ts';

/** Enough of a code to search for, too little for a provider to put a secret or a prompt into. */
const MAX_CODE_CHARS = 60;

export function openAiError(error: unknown): ParleyError {
  if (error instanceof APIConnectionTimeoutError)
    return new ParleyError('LLM_TIMEOUT', 'The connection timed out.');
  if (error instanceof APIError) return refusal(error as APIError);
  if (error instanceof SyntaxError)
    return new ParleyError('LLM_BAD_ANSWER', 'An event of the answer was not JSON.');
  return new ParleyError('LLM_UNAVAILABLE', `The connection to the model broke${systemCode(error)}.`);
}

/** Status 4xx or 5xx, an error sent within the stream (no HTTP status; some gateways put one into `code`), or no connection. */
function refusal(error: APIError): ParleyError {
  const status = error.status ?? Number(error.code);
  const code = withoutSecrets(String(error.code ?? error.type ?? ''))
    .replace(/[^\w.-]/g, '')
    .slice(0, MAX_CODE_CHARS);
  if (status >= 400)
    return new ParleyError(
      codeOfStatus(status),
      `The model's server answered ${status}${code && ` ${code}`}.`,
    );
  if (code) {
    const what = /quota|rate_limit/.test(code) ? 'LLM_QUOTA' : 'LLM_UNAVAILABLE';
    return new ParleyError(what, `The model's server broke the answer off: ${code}.`);
  }
  return new ParleyError('LLM_UNAVAILABLE', `No connection to the model${systemCode(error)}.`);
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 429) return 'LLM_QUOTA';
  if (status === 408 || status === 504) return 'LLM_TIMEOUT';
  if (status === 409 || status >= 500) return 'LLM_UNAVAILABLE';
  return 'LLM_REJECTED';
}

/** ECONNREFUSED, UND_ERR_SOCKET…: it sits at the bottom of the causes. */
function systemCode(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return `: ${cause.code}`;
  }
  return '';
}
