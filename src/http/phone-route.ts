/** GET /api/phone?bot=NAME: a page calls a bot over a WebSocket. What is said on it: src/telephony/browser/page-wire.ts. */
import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { WebSocket } from 'ws';
import { ParleyError } from '../base/errors.ts';
import { owned } from '../base/fault-scope.ts';
import type { PageSocket } from '../telephony/browser/browser-line.ts';
import { requireBotOf } from '../tenants/tenants.ts';
import { FOR_TENANTS, tenantAsking } from './asking-tenant.ts';
import { phoneQuery } from './contract.ts';
import { PHONE_PROTOCOL } from './door.ts';
import { TWILIO_SOCKET_PATH } from './twilio-routes.ts';
import type { OperatorPorts } from './operator-ports.ts';

/** Under the API's prefix. */
const PHONE_PATH = '/api/phone';

/** Wherever there is a WebSocket. */
const SOCKET_PATHS: readonly string[] = [PHONE_PATH, TWILIO_SOCKET_PATH];

/** Pages that call at once. Each takes a call's share of the providers; who wants a crowd has `parley dial`. */
const MOST_PHONES = 4;

/** 256 ms of sound; pages send 20 ms at a time. */
const MOST_MESSAGE_BYTES = 8 * 1024;

/** Of any WebSocket: Twilio promises no size, and this is 6 s of its sound. */
const LONGEST_MESSAGE_BYTES = 64 * 1024;

/** RFC 6455, 7.4.1. */
const TOO_LARGE = 1009;

/** What may wait for a page that does not read, bytes: over 3 s of sound, where 2 s are on their way at most. Then it is gone. */
const MOST_BACKLOG_BYTES = 128 * 1024;

/** Before every route and hook: whoever asks anything for a WebSocket and does not get it must be let go of. */
export async function takeWebSockets(app: FastifyInstance): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: LONGEST_MESSAGE_BYTES,
      perMessageDeflate: false,
      handleProtocols: () => PHONE_PROTOCOL,
    },
    // Calls have ended by then; a page that does not say goodbye is not waited for.
    preClose(done) {
      for (const client of app.websocketServer.clients) client.terminate();
      done();
    },
  });
  app.addHook('onRequest', async (request) => {
    if (request.ws && !SOCKET_PATHS.includes(request.routeOptions.url ?? ''))
      throw new ParleyError('HTTP_NOT_FOUND', 'There is no WebSocket here.');
  });
}

/** An answer that no hook sees: whoever wanted a WebSocket must be let go of here, the web server has forgotten the connection already. */
export function lettingGo(reply: FastifyReply): FastifyReply {
  const { raw } = reply.request;
  if (raw.headers.upgrade !== undefined) reply.raw.once('finish', () => raw.socket.destroy());
  return reply;
}

export interface PhoneRouteOptions {
  readonly operator: OperatorPorts;
}

export const phoneRoute: FastifyPluginCallbackZod<PhoneRouteOptions> = (app, { operator }, done) => {
  let phones = 0;
  app.get(
    '/phone',
    {
      websocket: true,
      config: FOR_TENANTS,
      schema: { hide: true, querystring: phoneQuery },
      // Said before the socket is there, so that whoever asks is told why.
      preHandler: async (request) => {
        const tenant = tenantAsking(request);
        if (tenant) requireBotOf(tenant, request.query.bot ?? tenant.bots[0]);
        if (phones >= MOST_PHONES)
          throw new ParleyError('HTTP_TOO_MANY', `${phones} pages are calling already.`);
      },
    },
    (socket, request) => {
      const bot = request.query.bot ?? tenantAsking(request)?.bots[0];
      phones++;
      socket.once('close', () => phones--);
      operator.takePageCall(pageSocket(socket), bot);
    },
  );
  done();
};

function pageSocket(socket: WebSocket): PageSocket {
  // It is told by its end as well.
  socket.on('error', () => undefined);
  return {
    send(data) {
      if (socket.bufferedAmount > MOST_BACKLOG_BYTES) socket.terminate();
      else socket.send(data);
    },
    close: (code) => socket.close(code),
    // The socket was there before the call: what the call does with a message belongs to the call.
    onMessage: (listener) =>
      socket.on(
        'message',
        owned((data: Buffer, isBinary: boolean) =>
          data.byteLength > MOST_MESSAGE_BYTES ? socket.close(TOO_LARGE) : listener(data, isBinary),
        ),
      ),
    onClose: (listener) => socket.once('close', owned(listener)),
  };
}
