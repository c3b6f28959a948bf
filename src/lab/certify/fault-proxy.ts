/**
 * Stands between a bot and one of its providers, and does to it what networks and providers do. HTTP is handed on request by request,
 * under the provider's own name; anything else (gRPC) byte by byte.
 */
import { once } from 'node:events';
import { createServer as createHttpServer, request as requestHttp } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ParleyError } from '../../base/errors.ts';
import { messageOf } from '../../base/message-of.ts';
import { systemCode } from '../../base/system-code.ts';

export const PROVIDER_FAULTS = ['late', 'hung', 'dropped', 'garbage'] as const;
/** `late`: 3 s; `hung`: no answer at all; `dropped`: the connection breaks off; `garbage`: an answer that is none. */
export type ProviderFault = (typeof PROVIDER_FAULTS)[number];

/** By then a caller says "hello?", and a bot has small talk. */
const LATE_MS = 3000;
/** What is that short asks for nothing: pings and credits of an HTTP/2 connection that is kept, bytes. */
const LEAST_ASKED_BYTES = 64;
/** A provider that is there takes a connection within this, ms. */
const REACHED_WITHIN_MS = 10_000;
/** What no provider answers. */
const GARBAGE = '\u0000\ufffd{"choices":[{]]>\r\n\r\n';

export interface FaultProxy {
  readonly name: string;
  readonly port: number;
  /** From now on; undefined: none, and what has hung is broken off. */
  fault: ProviderFault | undefined;
  /** How many requests, or pieces of them, have come since the start. */
  readonly asked: number;
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  readonly name: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** `http:`, `https:`, `tcp:` or `tls:`, host and port. Asked at each request. */
  readonly upstream: () => URL;
}

/** Listens on every address of this machine, as the bot may run elsewhere. Throws DIAL_OPTION_INVALID if the port cannot be had. */
export async function startFaultProxy({ name, port, upstream }: FaultProxyOptions): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  const state: { fault: ProviderFault | undefined; asked: number } = { fault: undefined, asked: 0 };
  const timers = new Set<NodeJS.Timeout>();
  const after = (work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, LATE_MS);
    timers.add(timer);
  };
  const isHttp = /^https?:$/.test(upstream().protocol);
  const server: Server = isHttp
    ? createHttpServer((request, response) => {
        state.asked++;
        befall(state.fault, request, response, () => forward(request, response, upstream()), after);
      })
    : createServer((near) => {
        near.on('data', (data: Buffer) => {
          if (data.length >= LEAST_ASKED_BYTES) state.asked++;
        });
        hand(near, upstream(), () => state.fault, after, sockets);
      });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // An error is always followed by a close.
    socket.on('error', () => undefined);
  });
  server.listen(port);
  await once(server, 'listening').catch((cause: unknown) => {
    throw new ParleyError('DIAL_OPTION_INVALID', `Port ${port} for the proxy ${name} cannot be had.`, {
      cause,
    });
  });
  const breakOff = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    name,
    port: (server.address() as AddressInfo).port,
    get fault() {
      return state.fault;
    },
    set fault(fault) {
      state.fault = fault;
      // What was spoiled is no connection to go on with.
      if (fault === undefined) breakOff();
    },
    get asked() {
      return state.asked;
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      breakOff();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Throws DIAL_OPTION_INVALID if nobody takes connections there: all that came of it would be told of the bot. */
export async function mustBeReached(name: string, { hostname, port, protocol, href }: URL): Promise<void> {
  const usualPort = protocol === 'https:' ? 443 : 80;
  const socket = connect({ host: hostname, port: port === '' ? usualPort : Number(port) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(REACHED_WITHIN_MS) });
  } catch (cause) {
    throw new ParleyError(
      'DIAL_OPTION_INVALID',
      `Nobody is reached at ${href}, where the proxy ${name} leads: ${systemCode(cause) ?? messageOf(cause)}.`,
      { cause },
    );
  } finally {
    socket.destroy();
  }
}

function befall(
  fault: ProviderFault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  goOn: () => void,
  after: (work: () => void) => void,
): void {
  switch (fault) {
    case undefined:
      return goOn();
    case 'late':
      return after(goOn);
    case 'hung':
      return void request.resume();
    case 'dropped':
      return void request.socket.destroy();
    case 'garbage':
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(GARBAGE);
  }
}

function forward(request: IncomingMessage, response: ServerResponse, upstream: URL): void {
  // Who did not wait for what is late has nothing to ask any more.
  if (response.destroyed || request.socket.destroyed) return;
  const send = upstream.protocol === 'https:' ? requestHttps : requestHttp;
  const prefix = upstream.pathname.replace(/\/$/, '');
  const far = send(
    {
      host: upstream.hostname,
      port: upstream.port || (upstream.protocol === 'https:' ? 443 : 80),
      method: request.method,
      path: `${prefix}${request.url ?? '/'}`,
      headers: { ...request.headers, host: upstream.host },
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    },
  );
  far.on('error', () => response.destroy());
  response.on('close', () => far.destroy());
  request.pipe(far);
}

function hand(
  near: Socket,
  { hostname, port, protocol }: URL,
  fault: () => ProviderFault | undefined,
  after: (work: () => void) => void,
  sockets: Set<Socket>,
): void {
  const to = { host: hostname, port: Number(port) };
  const far =
    protocol === 'tls:' ? connectTls({ ...to, servername: hostname, ALPNProtocols: ['h2'] }) : connect(to);
  sockets.add(far);
  far.on('close', () => {
    sockets.delete(far);
    near.destroy();
  });
  far.on('error', () => undefined);
  near.on('close', () => far.destroy());
  near.on('data', (data: Buffer) => {
    if (fault() === 'dropped') near.destroy();
    else if (fault() !== 'hung') far.write(data);
  });
  far.on('data', (data: Buffer) => {
    switch (fault()) {
      case undefined:
        return void near.write(data);
      case 'late':
        return after(() => near.writable && near.write(data));
      case 'garbage':
        return void near.write(GARBAGE);
      default:
        return undefined;
    }
  });
}
