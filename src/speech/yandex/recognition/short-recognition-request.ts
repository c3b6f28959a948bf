/** SpeechKit recognition v1 on the wire: raw samples in the body of a POST, `{"result": "…"}` or an error code as its answer. */
import { request, type Dispatcher } from 'undici';
import { z } from 'zod';
import type { ErrorCode } from '../../../base/error-catalogue.ts';
import { ParleyError } from '../../../base/errors.ts';
import { readWithin } from '../../../base/read-within.ts';
import type { Pcm } from '../../../audio/pcm.ts';
import { CredentialsRefused } from '../failures.ts';
import { toYandexLanguage } from './languages.ts';

export interface ShortRecognitionTarget {
  readonly url: string;
  readonly dispatcher: Dispatcher;
  readonly headers: Record<string, string>;
  readonly language: string;
  readonly folderId: string | undefined;
}

const ANSWER = z.object({ result: z.string() });
const REFUSAL = z.object({ error_code: z.string(), error_message: z.string() });
/** Half a minute of the quickest speech is 2 kB of text; what is far beyond is no answer, and would fill the memory until its deadline. */
const MOST_ANSWER_BYTES = 256 * 1024;

/** The text in at most 30 s and 1 MB of speech; empty if nobody spoke. Throws a ParleyError ASR_*; ends when the signal aborts. */
export async function recognizeShort(
  pcm: Pcm,
  target: ShortRecognitionTarget,
  signal: AbortSignal,
): Promise<string> {
  const { status, text } = await post(pcm, target, signal);
  const body = parsedJson(text);
  if (status !== 200) throw refusal(status, body);
  const answer = ANSWER.safeParse(body);
  if (!answer.success) throw new ParleyError('ASR_BAD_ANSWER', 'yandex-v1 answered without a result.');
  return answer.data.result.trim();
}

async function post(
  pcm: Pcm,
  { url, dispatcher, headers, language, folderId }: ShortRecognitionTarget,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> {
  const query = {
    lang: toYandexLanguage(language),
    format: 'lpcm',
    sampleRateHertz: pcm.sampleRateHz,
    ...(folderId && { folderId }),
  };
  let answer: Uint8Array | undefined;
  let status: number;
  try {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      query,
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      body: pcm.data,
      dispatcher,
      signal,
    });
    status = statusCode;
    answer = await readWithin(body, MOST_ANSWER_BYTES);
  } catch (cause) {
    throw new ParleyError('ASR_UNAVAILABLE', 'yandex-v1 cannot be reached or broke off.', { cause });
  }
  if (!answer) throw new ParleyError('ASR_BAD_ANSWER', 'yandex-v1 sends more than any answer is.');
  return { status, text: new TextDecoder().decode(answer) };
}

function refusal(status: number, body: unknown): ParleyError {
  const told = REFUSAL.safeParse(body);
  const quote = told.success ? `${told.data.error_code}: ${told.data.error_message}` : undefined;
  const Failure = status === 401 ? CredentialsRefused : ParleyError;
  return new Failure(codeOf(status), `yandex-v1 answered ${status}.`, { quote });
}

function codeOf(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'ASR_UNAUTHORIZED';
  if (status === 429) return 'ASR_QUOTA';
  if (status === 408 || status === 504) return 'ASR_TIMEOUT';
  if (status >= 400 && status < 500) return 'ASR_REJECTED';
  return status >= 500 ? 'ASR_UNAVAILABLE' : 'ASR_BAD_ANSWER';
}

/** Undefined if it is no JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
