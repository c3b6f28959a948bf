/** The same small Asterisk, as it is with an outbound WebSocket: it connects to whoever listens, and does what it is asked over that. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { AriTestServer, PASSWORD, USERNAME } from './ari-test-server.ts';

/** Asterisk's own `reconnect_interval` is 500 ms: the clock of the tests runs ten times as fast. */
const RECONNECT_MS = 50;

interface RestRequest {
  readonly type: string;
  readonly request_id: string;
  readonly method: string;
  readonly uri: string;
  readonly query_strings?: readonly { readonly name: string; readonly value: string }[];
  readonly content_type?: string;
  readonly message_body?: string;
}

interface Filter {
  readonly allowed?: readonly { readonly type: string }[];
}

export class DiallingAriTestServer extends AriTestServer {
  readonly #stopped = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #isUp = true;
  #socket: WebSocket | undefined;
  #filter: Filter | undefined;
  /** What it says that it is registered as. */
  app = 'voicebot';
  /** Its clock. */
  timestamp = (): string => new Date().toISOString().replace('Z', '+0000');

  static override async start(): Promise<DiallingAriTestServer> {
    const server = new DiallingAriTestServer(PASSWORD, '127.0.0.1');
    await server.listen();
    return server.described();
  }

  /** Keeps a connection to there from now on. */
  dial(port: number): void {
    this.#running = this.#keepConnected(port);
  }

  /** No further connection. */
  async stopDialling(): Promise<void> {
    this.#stopped.abort();
    this.#socket?.terminate();
    await this.#running;
  }

  override async crash(): Promise<void> {
    this.#isUp = false;
    this.#socket?.terminate();
    await super.crash();
  }

  override async listen(): Promise<void> {
    this.#isUp = true;
    await super.listen();
  }

  async #keepConnected(port: number): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      if (this.#isUp && this.handshake === 'accept') await this.#connection(port);
      else this.attempts++;
      await sleep(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Asterisk filters its answers as it does events. */
  #passes(type: string): boolean {
    return this.#filter?.allowed?.some((allowed) => allowed.type === type) ?? true;
  }

  /** Resolves when it is over. */
  async #connection(port: number): Promise<void> {
    this.attempts++;
    const authorization = `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`;
    const ws = new WebSocket(`ws://127.0.0.1:${port}/ari`, 'ari', {
      headers: { authorization },
      autoPong: false,
    });
    this.#socket = ws;
    ws.on('open', () => {
      this.keep(ws);
      if (!this.#passes('ApplicationRegistered')) return;
      const { app: application } = this;
      ws.send(JSON.stringify({ type: 'ApplicationRegistered', application, timestamp: this.timestamp() }));
    });
    ws.on('error', () => undefined);
    ws.on('message', (data) => void this.#answer(ws, JSON.parse((data as Buffer).toString()) as RestRequest));
    await new Promise((resolve) => ws.once('close', resolve));
  }

  /** As Asterisk does: what it is asked over the socket is done as if it had come over HTTP. */
  async #answer(ws: WebSocket, request: RestRequest): Promise<void> {
    const { request_id, method, uri, query_strings = [], content_type, message_body } = request;
    const url = new URL(`${this.url}/ari/${uri}`);
    url.search = query_strings.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('&');
    const authorization = `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`;
    const headers = { authorization, ...(content_type !== undefined && { 'content-type': content_type }) };
    const answer = await fetch(url, {
      ...{ method, headers, signal: this.#stopped.signal },
      ...(message_body !== undefined && { body: message_body }),
    }).catch(() => undefined);
    const body = await answer?.text().catch(() => undefined);
    if (answer?.ok && uri.endsWith('/eventFilter')) this.#filter = JSON.parse(message_body ?? '{}') as Filter;
    if (!answer || body === undefined || this.silent || ws.readyState !== ws.OPEN) return;
    if (!this.#passes('RESTResponse')) return;
    const isBinary = (answer.headers.get('content-type') ?? '').startsWith('audio/');
    ws.send(
      JSON.stringify({
        ...{ type: 'RESTResponse', request_id, transaction_id: '', uri },
        status_code: isBinary ? 406 : answer.status,
        reason_phrase: answer.statusText,
        content_type: 'application/json',
        message_body: isBinary ? '' : body,
      }),
    );
  }
}
