/** A small Asterisk for the tests of this folder: real HTTP and WebSocket, scripted answers, and faults to switch on. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../../../base/clock.ts';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export const USERNAME = 'parley';
export const PASSWORD = 'p4ss-w0rd';

export class AriTestServer {
  readonly #http: Server;
  readonly #ws = new WebSocketServer({ noServer: true, autoPong: false });
  readonly #answers = new Map<string, Answer>();
  readonly #tcp = new Set<Socket>();
  readonly #password: string;
  readonly #host: string;
  #port = 0;
  /** Event sockets that have been opened, all of them, whatever became of them. */
  readonly opened: WebSocket[] = [];
  /** `POST /channels/1/answer?x=y` of every request but those for descriptions. */
  readonly requests: string[] = [];
  /** What an attempt to open the event socket meets. */
  handshake: 'accept' | 'hang' | 'drop' = 'accept';
  /** True: event sockets stay open, but nothing is answered any more, pings included. */
  silent = false;
  attempts = 0;

  protected constructor(password: string, host: string) {
    this.#password = password;
    this.#host = host;
    this.#http = createServer((request, response) => this.#serve(request, response));
    this.#http.on('connection', (socket) => {
      this.#tcp.add(socket);
      socket.on('close', () => this.#tcp.delete(socket));
    });
    this.#http.on('upgrade', (request, socket: Socket, head) => {
      this.attempts++;
      if (this.handshake === 'drop') return socket.destroy();
      if (this.handshake === 'hang') return undefined;
      return this.#ws.handleUpgrade(request, socket, head, (ws) => this.#accept(ws));
    });
    this.answer('GET /asterisk/info', json({ system: { version: '22.10.1+dfsg' } }));
    this.answer('GET /asterisk/modules', json([{ name: 'res_ari.so', status: 'Running' }]));
    this.answer('GET /channels', json([]));
    this.answer('POST /asterisk/variable', json(undefined, 204));
  }

  static async start(password = PASSWORD, host = '127.0.0.1'): Promise<AriTestServer> {
    const server = new AriTestServer(password, host);
    await server.listen();
    return server.described();
  }

  /** With descriptions of its API. */
  protected described(): this {
    for (const [path] of descriptions('')) this.answer(`GET /api-docs/${path}.json`, describedAs(path));
    return this;
  }

  get url(): string {
    return `http://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${this.#port}`;
  }

  /** TCP connections that stand. */
  get connections(): number {
    return this.#tcp.size;
  }

  answer(request: string, answer: Answer): void {
    this.#answers.set(request, answer);
  }

  send(event: object): void {
    for (const ws of this.opened) if (ws.readyState === ws.OPEN) ws.send(JSON.stringify(event));
  }

  /** Starts to listen, again on the same port if it did before. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#http.listen(this.#port, this.#host, resolve));
    this.#port = (this.#http.address() as AddressInfo).port;
  }

  /** As when Asterisk is killed: every connection is reset and no new one is taken. */
  async crash(): Promise<void> {
    const closed = new Promise((resolve) => this.#http.close(resolve));
    for (const socket of this.#tcp) socket.resetAndDestroy();
    await closed;
  }

  #accept(ws: WebSocket): void {
    this.#ws.clients.add(ws);
    this.keep(ws);
  }

  /** An event socket that has been opened, by whichever side. */
  protected keep(ws: WebSocket): void {
    this.opened.push(ws);
    ws.on('ping', (data) => {
      if (!this.silent) ws.pong(data);
    });
    ws.on('error', () => undefined);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const [path = ''] = (request.url ?? '').split('?');
    const key = `${request.method} ${path.replace('/ari', '')}`;
    if (!key.includes('/api-docs/'))
      this.requests.push(`${request.method} ${(request.url ?? '').replace('/ari', '')}`);
    const expected = `Basic ${Buffer.from(`${USERNAME}:${this.#password}`).toString('base64')}`;
    if (request.headers.authorization !== expected) {
      return json({ message: 'Authentication required' }, 401)(response, request);
    }
    const answer = this.#answers.get(key) ?? json({ message: 'Resource not found' }, 404);
    return answer(response, request);
  }
}

/** An answer of JSON. */
export function json(body: unknown, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

/** As Asterisk does, it calls itself what the request called it. */
function describedAs(path: string): Answer {
  return (response, request) =>
    json(new Map(descriptions(`http://${request.headers.host}`)).get(path))(response, request);
}

/** No answer, ever. */
export const hang: Answer = () => undefined;

/** The connection is reset instead of an answer. */
export const reset: Answer = (_response, request) => void request.socket.resetAndDestroy();

/** A clock on which everything lasts a tenth. */
export const tenfoldClock: Clock = {
  nowMs: () => performance.now() * 10,
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs / 10);
    return () => clearTimeout(timer);
  },
};

/** A channel as Asterisk 22 sends it. */
export function wireChannelOf(id: string) {
  return {
    id,
    name: `PJSIP/1001-${id}`,
    state: 'Up',
    protocol_id: '',
    caller: { name: 'Ann', number: '1001' },
    connected: { name: '', number: '' },
    accountcode: '',
    dialplan: { context: 'default', exten: '100', priority: 2, app_name: 'Stasis', app_data: 'voicebot' },
    creationtime: '2026-01-01T00:00:00.000+0000',
    language: 'en',
  };
}

/** The event that a call has come. */
export function stasisStart(id: string, args: readonly string[] = []) {
  return { type: 'StasisStart', args, channel: wireChannelOf(id) };
}

/** The parts of Asterisk's `rest-api/*.json` that ari-client needs, and a few requests for the tests of ari-client itself. */
function* descriptions(url: string): Iterable<[path: string, description: object]> {
  const common = { apiVersion: '9.0.0', swaggerVersion: '1.1', basePath: `${url}/ari` };
  const names = ['channels', 'events'];
  yield ['resources', { ...common, apis: names.map((name) => ({ path: `/api-docs/${name}.{format}` })) }];
  const id = { name: 'channelId', paramType: 'path', required: true, dataType: 'string' };
  const operation = (httpMethod: string, nickname: string, responseClass: string, parameters: object[]) => ({
    operations: [{ httpMethod, nickname, responseClass, parameters }],
  });
  const channels = [
    { path: '/channels', ...operation('GET', 'list', 'List[Channel]', []) },
    { path: '/channels/{channelId}', ...operation('GET', 'get', 'Channel', [id]) },
    { path: '/channels/{channelId}/answer', ...operation('POST', 'answer', 'void', [id]) },
  ];
  yield ['channels', { ...common, resourcePath: '/api-docs/channels.{format}', apis: channels, models: {} }];
  const models = Object.fromEntries(
    [
      'StasisStart',
      'StasisEnd',
      'ChannelTalkingStarted',
      'PlaybackFinished',
      'RecordingFinished',
      'ApplicationReplaced',
    ].map((name) => [name, { id: name, properties: { channel: { type: 'Channel' } } }]),
  );
  yield ['events', { ...common, resourcePath: '/api-docs/events.{format}', apis: [], models }];
}
