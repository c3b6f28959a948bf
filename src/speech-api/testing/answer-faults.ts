/** What is wrong with an answer of the speech API, whatever was asked. */
import { SPEECH_STATUS } from '../refusal.ts';
import type { SpeechCode } from '../refusal.ts';

const OWN_FIELDS = ['error_code', 'error_message', 'details', 'request_id', 'timestamp', 'retry_after'];
const OPENAI_FIELDS = ['message', 'type', 'param', 'code'];
const OPENAI_PATHS = /^\/v1\/(?!(speech|batches|files|health|languages|voices)(?![\w-]))/;

/** Undefined where it is as it should be: an error in the shape of its path, with the status of its code, and never a fault of Parley's own. */
export function answerFault(url: string, status: number, body: string): string | undefined {
  if (status >= 200 && status < 300) return undefined;
  // Nobody is well where nobody is asked.
  if (/^\/v1\/health(\?|$)/.test(url) && status === 503) return undefined;
  let told: unknown;
  try {
    told = JSON.parse(body);
  } catch {
    return `${status} without JSON: ${body.slice(0, 100)}`;
  }
  const isOpenAi = OPENAI_PATHS.test(url);
  const fields = isOpenAi ? OPENAI_FIELDS : OWN_FIELDS;
  const error = (isOpenAi ? (told as { error?: unknown }).error : told) as
    Record<string, unknown> | undefined;
  if (!error || Object.keys(error).toSorted().join() !== fields.toSorted().join())
    return `${status} in another shape: ${body.slice(0, 200)}`;
  const code = String(isOpenAi ? error['code'] : error['error_code']) as SpeechCode;
  if (SPEECH_STATUS[code] !== status) return `${code} with status ${status}`;
  return code === 'VOICE_SERVICE_ERROR' ? `a fault of Parley's own: ${body.slice(0, 200)}` : undefined;
}
