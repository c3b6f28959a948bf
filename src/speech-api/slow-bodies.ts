/** Bodies that trickle in so that they hold a place: whoever sends slower than any line is refused. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../base/clock.ts';
import { whenOver } from './client-signal.ts';

/** In each of these a body has to come on by so much: 8 kbit/s, which is slower than any line that carries calls. */
const WINDOW_MS = 10_000;
const LEAST_BYTES = 10_000;

/** Looks from now on until `arrived`, or until nobody waits any more; `refuse` is called once, for a body that is too slow. */
export function watchArrival(
  request: FastifyRequest,
  reply: FastifyReply,
  clock: Clock,
  refuse: () => void,
): { arrived(): void } {
  const { socket } = request.raw;
  let seen = socket.bytesRead;
  let cancel = () => undefined as void;
  const stop = () => cancel();
  const look = () => {
    cancel = clock.after(WINDOW_MS, () => {
      if (request.raw.complete) return;
      const came = socket.bytesRead - seen;
      seen = socket.bytesRead;
      if (came >= LEAST_BYTES) look();
      else refuse();
    });
  };
  look();
  whenOver(reply, stop);
  return { arrived: stop };
}
