/** What tests ask the simulator with, or a real Asterisk: bare HTTP and a bare event socket, no client library in between. */
import { WebSocket } from 'ws';

export interface ProbeAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface ProbeEvent {
  readonly type: string;
  readonly atMs: number;
  readonly args?: readonly string[];
  readonly duration?: number;
  readonly digit?: string;
  readonly cause?: number;
  readonly soft?: boolean;
  readonly channel?: { readonly id: string; readonly state: string };
  readonly playback?: { readonly id: string; readonly state: string };
  readonly recording?: { readonly name: string; readonly state: string; readonly cause?: string };
}

/** How long an event may take before a test fails: far longer than any does. */
const EVENT_WITHIN_MS = 5000;

/** Where ARI is, and as whom. */
export interface AriAccount {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export class AriProbe {
  readonly events: ProbeEvent[] = [];
  readonly socket: WebSocket;
  readonly #account: AriAccount;
  #onEvent: () => void = () => undefined;

  static async connect(account: AriAccount, app = 'voicebot'): Promise<AriProbe> {
    const probe = new AriProbe(account, app);
    await new Promise((resolve, reject) => {
      probe.socket.once('open', resolve);
      probe.socket.once('error', reject);
    });
    return probe;
  }

  private constructor(account: AriAccount, app: string) {
    this.#account = account;
    const { username, password, url } = account;
    const credentials = `${username}:${password}`;
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/ari/events?app=${app}&api_key=${credentials}`);
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => {
      this.events.push({ ...(JSON.parse(data.toString()) as ProbeEvent), atMs: performance.now() });
      this.#onEvent();
    });
  }

  /** The first event from `from` on that fits; waits for it. `next()` gives the place behind what has been seen. */
  async event(
    type: string,
    fits: (event: ProbeEvent) => boolean = () => true,
    from = 0,
  ): Promise<ProbeEvent> {
    const deadline = AbortSignal.timeout(EVENT_WITHIN_MS);
    for (;;) {
      const event = this.events.slice(from).find((one) => one.type === type && fits(one));
      if (event) return event;
      await new Promise<void>((resolve, reject) => {
        this.#onEvent = resolve;
        deadline.onabort = () => reject(new Error(`No ${type}; there were: ${this.types().join(' ')}`));
      });
    }
  }

  types(): readonly string[] {
    return this.events.map(({ type }) => type);
  }

  async request(method: string, path: string, query: Record<string, string> = {}): Promise<ProbeAnswer> {
    const response = await this.fetch(method, path, query);
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  fetch(
    method: string,
    path: string,
    query: Record<string, string> = {},
    password?: string,
  ): Promise<Response> {
    const credentials = `${this.#account.username}:${password ?? this.#account.password}`;
    return fetch(`${this.#account.url}/ari${path}?${new URLSearchParams(query).toString()}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    });
  }

  /** Answers the next call as an application would; resolves with its channel's id. */
  async answerNext(): Promise<string> {
    const before = this.events.length;
    const { channel } = await this.event('StasisStart', () => true, before);
    const id = channel?.id ?? '';
    await this.request('POST', `/channels/${id}/answer`);
    return id;
  }

  close(): void {
    this.socket.terminate();
  }
}
