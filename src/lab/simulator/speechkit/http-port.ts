/** One HTTP service on a port of its own, which can be killed and brought back. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refusal, type RefusalKind } from './faults.ts';
import type { LocalPort } from './local-port.ts';

export interface HttpRequest {
  readonly url: URL;
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
}

/** Answers one request; throws a Refusal to refuse it. `gone` aborts when the client goes away. */
export type HttpHandler = (
  request: HttpRequest,
  response: ServerResponse,
  gone: AbortSignal,
) => Promise<void>;

export class HttpPort implements LocalPort {
  readonly #path: string;
  readonly #handler: HttpHandler;
  #server: Server | undefined;
  #port = 0;

  /** `path` is where the one endpoint stands, or several below it; they answer POST only. */
  constructor(path: string, handler: HttpHandler) {
    this.#path = path;
    this.#handler = handler;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.#path}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async kill(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  /** Never rejects: whatever goes wrong becomes an answer. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort(new Error('the client went away')));
    response.on('error', () => undefined);
    try {
      const url = new URL(request.url ?? '/', this.url);
      const isThere = url.pathname === this.#path || url.pathname.startsWith(`${this.#path}/`);
      if (request.method !== 'POST' || !isThere) return void response.writeHead(404).end();
      const header = (name: string) => request.headers[name]?.toString();
      await this.#handler(
        { url, header, body: Buffer.concat(await request.toArray()) },
        response,
        gone.signal,
      );
    } catch (error) {
      if (!gone.signal.aborted) refuse(response, error);
    }
  }
}

const STATUS = {
  quota: [429, 'TOO_MANY_REQUESTS'],
  unauthenticated: [401, 'UNAUTHORIZED'],
  invalid: [400, 'BAD_REQUEST'],
  internal: [500, 'INTERNAL_SERVER_ERROR'],
  sessionOver: [500, 'INTERNAL_SERVER_ERROR'],
} as const satisfies Record<Exclude<RefusalKind, 'refused'>, readonly [number, string]>;

function refuse(response: ServerResponse, error: unknown): void {
  const kind = error instanceof Refusal ? error.kind : 'internal';
  if (kind === 'refused' || response.headersSent) return void response.destroy();
  const [status, code] = STATUS[kind];
  answerJson(response, { error_code: code, error_message: String(error) }, status);
}

export function answerJson(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
