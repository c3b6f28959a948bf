/** Whether anybody still waits for the answer. */
import type { FastifyReply } from 'fastify';

/** Aborts when the client goes away before it has the whole answer: what is done for it then ends. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new Error('The client has gone.'));
  });
  return gone.signal;
}
