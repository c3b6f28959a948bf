/** Whether anybody still waits for the answer. */
import type { FastifyReply } from 'fastify';

/** When the answer is sent, or its client has gone: at once if that has been so already, for nobody would tell of it a second time. */
export function whenOver({ raw }: FastifyReply, then: () => void): void {
  if (raw.destroyed) then();
  else raw.once('close', then);
}

/** Aborts when the client goes away before it has the whole answer: what is done for it then ends. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  whenOver(reply, () => {
    if (!reply.raw.writableFinished) gone.abort(new Error('The client has gone.'));
  });
  return gone.signal;
}
