/** What goes wrong at a model's server, in the words of the catalogue. The server's own may quote key and prompt: they are only a quote. */
import { z } from 'zod';
import type { ErrorCode } from '../base/error-catalogue.ts';
import { ParleyError } from '../base/errors.ts';
import { withoutSecrets } from '../base/without-secrets.ts';

/** What an OpenAI-compatible server says of a failure: https://platform.openai.com/docs/guides/error-codes */
export interface ToldFailure {
  /** A word to search for; '' for none. */
  readonly code: string;
  /** The field of the request that is not wanted. */
  readonly param: string | undefined;
  /** Some gateways put one into `code`, or send one in mid-answer. */
  readonly status: number | undefined;
  /** Holds anything: to be searched, and quoted where that may go. */
  readonly message: string;
}

/** Codes are words; whatever else stands in their place may be a secret or a prompt. */
const CODE = /^[a-z][a-z._-]{1,59}$/i;

const text = z.string().catch('');
const FAILURE = z
  .object({
    code: z.union([z.string(), z.number()]).catch(''),
    type: text,
    status: z.union([z.string(), z.number()]).catch(''),
    param: text,
    message: text,
  })
  .catch({ code: '', type: '', status: '', param: '', message: '' });

/** Reads the `error` of an answer, of whatever shape. */
function toldFailure(error: unknown): ToldFailure {
  if (typeof error === 'string') return { code: '', param: undefined, status: undefined, message: error };
  const { code, type, status, param, message } = FAILURE.parse(error);
  const word = [code, type, status]
    .map((given) => withoutSecrets(String(given)))
    .find((given) => CODE.test(given));
  const number = [code, status].map(Number).find((given) => given >= 400 && given <= 599);
  return { code: word ?? '', param: param || undefined, status: number, message };
}

/** Reads the body of an answer with an error's status. */
export function toldInBody(body: string): ToldFailure {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return toldFailure(body);
  }
  // Gemini's is a list of one: https://ai.google.dev/gemini-api/docs/openai
  const answer: unknown = Array.isArray(value) ? value[0] : value;
  const inner = z.looseObject({ error: z.unknown().optional() }).safeParse(answer).data?.error;
  return toldFailure(inner ?? answer);
}

/** An HTTP status that is no success. */
export function refusal(status: number, told: ToldFailure): ParleyError {
  if (status >= 300 && status < 400)
    return new ParleyError(
      'LLM_REJECTED',
      `The model's server answered ${status}: it sends elsewhere, and no prompt goes where the settings do not say.`,
      { quote: told.message },
    );
  return new ParleyError(
    codeOfStatus(status),
    `The model's server answered ${status}${told.code && ` ${told.code}`}.`,
    { quote: told.message },
  );
}

/** An error in the place of an answer, or in its middle. */
export function brokenOff(error: unknown): ParleyError {
  const told = toldFailure(error);
  if (told.status !== undefined) return refusal(told.status, told);
  const what = /quota|rate_limit/.test(told.code) ? 'LLM_QUOTA' : 'LLM_UNAVAILABLE';
  return new ParleyError(what, `The model's server broke the answer off${told.code && `: ${told.code}`}.`, {
    quote: told.message,
  });
}

/** Whatever the connection throws. */
export function connectionFailure(error: unknown): ParleyError {
  if (error instanceof ParleyError) return error;
  const code = systemCode(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT')
    return new ParleyError('LLM_TIMEOUT', 'The connection timed out.');
  return new ParleyError('LLM_UNAVAILABLE', `The connection to the model broke${code && `: ${code}`}.`);
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'LLM_UNAUTHORIZED';
  if (status === 429) return 'LLM_QUOTA';
  if (status === 408 || status === 504) return 'LLM_TIMEOUT';
  if (status === 409 || status >= 500) return 'LLM_UNAVAILABLE';
  return status >= 400 ? 'LLM_REJECTED' : 'LLM_BAD_ANSWER';
}

/** ECONNREFUSED, UND_ERR_SOCKET…: it sits at the bottom of the causes, or in the errors of all addresses that were tried. */
function systemCode(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return '';
}
