/** ARI on the wire: the REST operations and the events socket on one port, with Asterisk's authentication and error answers. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { WebSocketServer } from 'ws';
import { sleep, systemClock } from '../../../base/clock.ts';
import { AriError } from './ari-error.ts';
import type { EventsHub } from './events-hub.ts';
import { faultFor, type Faults, type RestFault } from './faults.ts';
import type { MediaSockets } from './media-sockets.ts';
import { apiDocs } from './rest-api-docs.ts';
import type { Answer, Operation, Parameters } from './rest-table.ts';
import { isSameText } from '../../../base/same-text.ts';

export interface AriServerOptions {
  /** 0 takes any free one. */
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly version: string;
  readonly operations: readonly Operation[];
  readonly events: EventsHub;
  readonly media: MediaSockets;
  readonly faults: Faults;
  /** Called before a request is worked on. */
  readonly beforeRequest: () => void;
}

const HOST = '127.0.0.1';

export class AriServer {
  readonly #options: AriServerOptions;
  readonly #http: FastifyInstance;
  readonly #websockets = new WebSocketServer({ noServer: true, autoPong: false });
  readonly #sockets = new Set<Socket>();

  static async listen(options: AriServerOptions): Promise<AriServer> {
    const server = new AriServer(options);
    await server.#http.listen({ host: HOST, port: options.port });
    return server;
  }

  private constructor(options: AriServerOptions) {
    this.#options = options;
    // Asterisk sets no limit worth naming to the length of an id in a path.
    this.#http = fastify({ routerOptions: { maxParamLength: 2000 } });
    this.#http.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#http.server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#http.removeAllContentTypeParsers();
    this.#http.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    this.#http.addHook('onRequest', (request, reply) => this.#onRequest(request, reply));
    this.#http.addHook('onSend', async (request) => {
      if (this.#fault(request)?.kind === 'loseAnswer') request.raw.socket.resetAndDestroy();
    });
    this.#http.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'Resource not found'));
    this.#http.setErrorHandler((error, _request, reply) =>
      error instanceof AriError
        ? refuse(reply, error.status, error.message)
        : refuse(reply, 500, `Simulator: ${String(error)}`),
    );
    for (const operation of options.operations) this.#route(operation);
    this.#http.get('/ari/api-docs/:file', (request, reply) => this.#apiDocs(request, reply));
  }

  get port(): number {
    const address = this.#http.server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  get url(): string {
    return `http://${HOST}:${this.port}`;
  }

  /** Cuts every connection and gives the port back. */
  async close(): Promise<void> {
    const closed = this.#http.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #route({ method, path, handle }: Operation): void {
    const url = `/ari${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
    this.#http.route({
      method,
      url,
      handler: async (request, reply) => send(reply, await handle(parametersOf(request))),
    });
  }

  async #onRequest(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    reply.header('server', `Asterisk/${this.#options.version}`).header('cache-control', 'no-cache, no-store');
    const fault = this.#fault(request);
    if (fault?.kind === 'delay') await sleep(systemClock, fault.delayMs);
    this.#options.beforeRequest();
    if (fault && fault.kind !== 'delay' && fault.kind !== 'loseAnswer') return fail(fault, request, reply);
    const apiKey = (request.query as Parameters).api_key;
    if (this.#mayEnter(request.headers.authorization, apiKey)) return undefined;
    reply.header('www-authenticate', 'Basic realm="Asterisk REST Interface"');
    return refuse(reply, 401, 'Authentication required');
  }

  #fault(request: FastifyRequest): RestFault | undefined {
    return faultFor(this.#options.faults.rest, request.method, request.url);
  }

  #mayEnter(authorization: string | undefined, apiKey: string | undefined | null): boolean {
    const { username, password } = this.#options;
    const given = authorization?.startsWith('Basic ')
      ? Buffer.from(authorization.slice('Basic '.length), 'base64').toString()
      : (apiKey ?? '');
    return isSameText(given, `${username}:${password}`);
  }

  async #apiDocs(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { file } = request.params as { readonly file: string };
    const document = apiDocs(this.#options.operations, this.url)[file.replace(/\.json$/, '')];
    return document === undefined ? refuse(reply, 404, 'Resource not found') : reply.send(document);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', this.url);
    const app = url.searchParams.get('app');
    socket.on('error', () => socket.destroy());
    const [, connectionId] = /^\/media\/(.+)$/.exec(url.pathname) ?? [];
    if (connectionId !== undefined) return this.#upgradeMedia(connectionId, request, socket, head);
    if (!this.#mayEnter(request.headers.authorization, url.searchParams.get('api_key')))
      return turnAway(socket, '401 Unauthorized', 'Authentication required');
    if (url.pathname !== '/ari/events') return turnAway(socket, '404 Not Found', 'Resource not found');
    if (!app) return turnAway(socket, '400 Bad Request', 'HTTP request is missing param: [app]');
    if (this.#options.faults.refuseEventSockets)
      return turnAway(socket, '503 Service Unavailable', 'Service Unavailable');
    this.#websockets.handleUpgrade(request, socket, head, (opened) => this.#options.events.join(app, opened));
  }

  #upgradeMedia(connectionId: string, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { media } = this.#options;
    const obstacle = media.obstacle(connectionId);
    if (obstacle !== undefined) return turnAway(socket, obstacle, obstacle);
    this.#websockets.handleUpgrade(request, socket, head, (opened) => media.join(connectionId, opened));
  }
}

/** Query, path, and a JSON body: Asterisk takes parameters from each of them. */
function parametersOf(request: FastifyRequest): Parameters {
  const body = typeof request.body === 'string' && request.body !== '' ? parseBody(request.body) : {};
  return { ...body, ...(request.query as Parameters), ...(request.params as Parameters) };
}

function parseBody(text: string): Parameters {
  try {
    return JSON.parse(text) as Parameters;
  } catch {
    throw new AriError(400, 'Request body parse error');
  }
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.kind === 'done') return reply.code(204).send();
  if (answer.kind === 'file') return reply.type(answer.type).send(Buffer.from(answer.bytes));
  return reply.code(answer.status).send(answer.body);
}

function refuse(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).send({ message });
}

function fail(
  fault: Exclude<RestFault, { kind: 'delay' | 'loseAnswer' }>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (fault.kind === 'refuse')
    return refuse(reply, fault.status ?? 500, fault.message ?? 'Internal Server Error');
  if (fault.kind === 'garbage') return reply.type('application/json').send('<html>{"message": garbage');
  if (fault.kind === 'reset') request.raw.socket.resetAndDestroy();
  return reply.hijack();
}

function turnAway(socket: Duplex, status: string, message: string): void {
  const body = JSON.stringify({ message });
  const headers = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close`;
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`);
}
