/** How long a socket may take, and who is asked what comes through it. */
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { FastifyServerOptions } from 'fastify';

/** A request must have arrived by then, ms: even a slow line sends 8 KiB in less. */
const REQUEST_WITHIN_MS = 10_000;
/** And a recording of 25 MB, over a line of 2 Mbit/s; one that hardly comes on is refused sooner. */
const RECORDING_WITHIN_MS = 120_000;

/** Its headers by then, ms; and who asks nothing more has so long until he must connect again, ms. */
const HEADERS_WITHIN_MS = 5_000;
const IDLE_FOR_MS = 5_000;

const SPEECH = '/v1/';

/** With `speech`, what is asked below /v1/ is its alone: no rule of the other paths holds for it. */
export function socketsOf(speech: RequestListener | undefined): Pick<FastifyServerOptions, 'serverFactory'> {
  return {
    serverFactory: (handler) => {
      const listener: RequestListener = (request, response) => {
        if (speech && request.url?.startsWith(SPEECH)) speech(request, response);
        else handler(request, response);
      };
      const server = createServer(
        {
          headersTimeout: HEADERS_WITHIN_MS,
          requestTimeout: speech ? RECORDING_WITHIN_MS : REQUEST_WITHIN_MS,
          keepAliveTimeout: IDLE_FOR_MS,
        },
        listener,
      );
      // Whatever else a client expects, it is answered as it would be without.
      return server.on('checkExpectation', listener);
    },
  };
}
