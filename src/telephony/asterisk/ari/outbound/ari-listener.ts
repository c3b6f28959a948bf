/**
 * Where Asterisk's outbound WebSockets come in (ari.conf `type = outbound_websocket`, websocket_client.conf `connection_type = persistent`;
 * 20.15, 21.10, 22.5 and later). One connection at a time: nothing in the handshake tells one Asterisk from another.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { deferred, unlessAborted } from '../../../../base/async.ts';
import { ParleyError } from '../../../../base/errors.ts';
import type { Log } from '../../../../base/log.ts';
import { isSameText } from '../../../../base/same-text.ts';
import { SeldomOfEach } from '../../../../base/seldom.ts';
import { systemCode } from '../../../../base/system-code.ts';
import { AcceptedSocket, type AcceptedSocketOptions } from './accepted-socket.ts';

export interface AriListenerOptions extends Omit<
  AcceptedSocketOptions,
  'ws' | 'onOtherApp' | 'onUnreadable'
> {
  readonly listen: { readonly host: string; readonly port: number };
  /** What Asterisk shows as Basic authentication. */
  readonly username: string;
  readonly password: string;
  readonly log: Log;
}

/** A list of a thousand channels is 1 MB; nothing that Asterisk sends is longer than some of those. */
const MOST_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Whoever has not said by then what he wants is not Asterisk, ms. */
const HEADERS_WITHIN_MS = 5_000;

const SUB_PROTOCOL = 'ari';

const STATUS_TEXTS = {
  400: 'Bad Request',
  401: 'Unauthorized',
  409: 'Conflict',
  503: 'Service Unavailable',
} as const;

export class AriListener {
  readonly #options: AriListenerOptions;
  readonly #expected: string;
  readonly #http: Server;
  readonly #ws = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUB_PROTOCOL) ? SUB_PROTOCOL : false),
  });
  readonly #told: SeldomOfEach;
  /** The connection that stands. */
  #current: AcceptedSocket | undefined;
  /** It, until somebody has taken it. */
  #untaken: AcceptedSocket | undefined;
  #arrival = deferred();
  #welcomes = false;

  constructor(options: AriListenerOptions) {
    const { clock, password, username } = options;
    this.#options = options;
    this.#told = new SeldomOfEach(clock);
    this.#expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    this.#http = createServer({ headersTimeout: HEADERS_WITHIN_MS }, (_request, response) => {
      response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end();
    });
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Resolves when it listens; until `welcome`, whoever comes is asked to come later. Throws ARI_LISTEN_UNUSABLE. */
  async open(): Promise<void> {
    const { host, port } = this.#options.listen;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#http.once('error', reject);
        this.#http.listen(port, host, resolve);
      });
    } catch (error) {
      const code = systemCode(error) ?? String(error);
      const what = `ARI_LISTEN: ${host}:${port} cannot be listened on (${code}).`;
      throw new ParleyError('ARI_LISTEN_UNUSABLE', what, { cause: error });
    }
    const { log } = this.#options;
    this.#http.on('error', (error) => log.error({ event: 'ari_listen_failed', error }, 'ARI_LISTEN failed'));
    log.info({ event: 'ari_listening', host, port: this.port }, 'Asterisk may connect');
  }

  /** The port that it listens on. */
  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  welcome(): void {
    this.#welcomes = true;
  }

  /** Resolves when there is a connection that nobody has taken, or rejects with the signal's reason. */
  async arrival(signal: AbortSignal): Promise<void> {
    while (!this.#untaken) await unlessAborted(this.#arrival.promise, signal);
  }

  /** The connection that has come. Throws ARI_UNREACHABLE if there is none. */
  take(onSign: () => void): AcceptedSocket {
    const taken = this.#untaken;
    this.#untaken = undefined;
    if (!taken) throw new ParleyError('ARI_UNREACHABLE', 'Asterisk has not connected.');
    taken.onSign(onSign);
    return taken;
  }

  /** Ends every connection. Idempotent. */
  async close(): Promise<void> {
    this.#welcomes = false;
    for (const ws of this.#ws.clients) ws.terminate();
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.#http.closeAllConnections();
    await closed;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Whoever resets a connection that is being refused tells nothing new.
    socket.on('error', () => undefined);
    const refused = this.#refusal(request);
    if (refused === undefined) return this.#ws.handleUpgrade(request, socket, head, (ws) => this.#accept(ws));
    const challenge = refused === 401 ? 'WWW-Authenticate: Basic realm="ARI"\r\n' : '';
    const answer = `HTTP/1.1 ${refused} ${STATUS_TEXTS[refused]}\r\n${challenge}Connection: close\r\n\r\n`;
    // Its other half, too: nobody closes that for who keeps it open.
    socket.end(answer, () => socket.destroy());
    if (refused === 401)
      this.#tell('unauthorized', 'Somebody with another name or password wants to be Asterisk');
    if (refused === 400)
      this.#tell('no-ari', 'Somebody who does not speak the sub-protocol ari has connected');
  }

  #refusal({ headers }: IncomingMessage): keyof typeof STATUS_TEXTS | undefined {
    if (!isSameText(headers.authorization ?? '', this.#expected)) return 401;
    const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
    if (!offered.includes(SUB_PROTOCOL)) return 400;
    if (!this.#welcomes) return 503;
    if (!this.#current) return undefined;
    // After a cut the new connection may come before the old one is known to be dead; a second Asterisk comes while the first one lives.
    this.#current.prove();
    return 409;
  }

  #accept(ws: WebSocket): void {
    const accepted = new AcceptedSocket({
      ...this.#options,
      ws,
      onOtherApp: (app) =>
        this.#tell('other-app', `Asterisk connects for the application ${app}; this is ${this.#options.app}`),
      onUnreadable: (error) =>
        this.#told.happened('unreadable', (times) => {
          const name = error instanceof Error ? error.name : 'unknown';
          const fields = { event: 'ari_event_unreadable', error: name, times };
          this.#options.log.warn(fields, 'Asterisk sent events that could not be read');
        }),
    });
    this.#current = accepted;
    this.#untaken = accepted;
    void accepted.ended.then(() => {
      if (this.#current === accepted) this.#current = undefined;
      if (this.#untaken === accepted) this.#untaken = undefined;
    });
    const arrived = this.#arrival;
    this.#arrival = deferred();
    arrived.resolve();
  }

  #tell(what: string, message: string): void {
    const { log } = this.#options;
    this.#told.happened(what, (times) => log.warn({ event: `ari_listen.${what}`, times }, message));
  }
}
