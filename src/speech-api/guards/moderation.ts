/** Texts looked at by a service of the operator's: `POST {"text": "…"}`, which answers `{"allowed": true}`, or false and a `reason`. */
import { z } from 'zod';
import type { Look } from './guard.ts';

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
    const body = await bounded(response);
    if (!response.ok) throw new Error(`moderation answered ${response.status}`);
    const { allowed, reason } = answer.parse(JSON.parse(body));
    return allowed ? { isFit: true } : { isFit: false, reason };
  };
}

async function bounded({ body }: { readonly body: AsyncIterable<Uint8Array> | null }): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.byteLength;
    if (bytes > MOST_ANSWER_BYTES) throw new Error('moderation answers more than any verdict is');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
