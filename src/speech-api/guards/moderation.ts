/** Texts looked at by a service of the operator's: `POST {"text": "…"}`, which answers `{"allowed": true}`, or false and a `reason`. */
import { z } from 'zod';
import type { Look } from './guard.ts';
import { readWithin } from '../../base/read-within.ts';

const answer = z.object({ allowed: z.boolean(), reason: z.string().default('') });
const MOST_ANSWER_BYTES = 64 * 1024;

/** `key`: shown as a bearer's token, where there is one. */
export function moderation({
  url,
  key,
}: {
  readonly url: string;
  readonly key?: string | undefined;
}): Look<string> {
  return async (text, signal) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ text }),
      redirect: 'error',
      signal,
    });
    const body = response.body && (await readWithin(response.body, MOST_ANSWER_BYTES));
    if (!response.ok) throw new Error(`moderation answered ${response.status}`);
    if (!body) throw new Error('moderation answers nothing, or more than any verdict is');
    const { allowed, reason } = answer.parse(JSON.parse(new TextDecoder().decode(body)));
    return allowed ? { isFit: true } : { isFit: false, reason };
  };
}
