/** Whether a server that speaks OpenAI's protocol is there, and takes the key: listing models costs nothing. */
import { request } from 'undici';
import { ParleyError } from '../../base/errors.ts';

interface Where {
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
}

/** A server of one's own may list no models: any other answer is one of somebody who is there. */
const KEY_REFUSED: readonly number[] = [401, 403];
const FAULTS_FROM = 500;

/** Throws TTS_UNAUTHORIZED, TTS_UNAVAILABLE, the system's error, or the signal's reason. */
export async function openAiIsThere({ baseUrl, apiKey }: Where, signal: AbortSignal): Promise<void> {
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const { statusCode, body } = await request(`${baseUrl.replace(/\/+$/, '')}/models`, { headers, signal });
  await body.dump();
  if (KEY_REFUSED.includes(statusCode))
    throw new ParleyError('TTS_UNAUTHORIZED', `The key is refused with HTTP ${statusCode}.`);
  if (statusCode >= FAULTS_FROM) throw new ParleyError('TTS_UNAVAILABLE', `HTTP ${statusCode}.`);
}
