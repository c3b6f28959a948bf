/** Bodies are taken as they are: whoever signs, signs these bytes, and 25 MB are 25 MB. */
import type { FastifyRequest } from 'fastify';
import { isEncoded } from '../base/content-encoding.ts';
import { SpeechRefusal, shown } from './refusal.ts';

/** Throws UNSUPPORTED_ENCODING for one that is compressed. */
export function requirePlain({ headers }: Pick<FastifyRequest, 'headers'>): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || !isEncoded(encoding)) return;
  throw new SpeechRefusal('UNSUPPORTED_ENCODING', `The body is in ${shown(encoding)}.`, {
    details: { encoding: shown(encoding) },
  });
}
