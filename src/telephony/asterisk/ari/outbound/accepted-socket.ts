/** A socket that Asterisk has opened to Parley: events and answers come over it, and the first of them says for which application. */
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Clock } from '../../../../base/clock.ts';
import type { EventSocket } from '../ari-link.ts';

export interface AcceptedSocketOptions {
  readonly ws: WebSocket;
  readonly clock: Clock;
  /** The application that it must be for. */
  readonly app: string;
  /** It is for another one, and is closed. */
  readonly onOtherApp: (app: string) => void;
  /** Every message but those about the application itself. May throw. */
  readonly onMessage: (type: string, message: unknown) => void;
  readonly onUnreadable: (error: unknown) => void;
}

/** How long a socket in whose place another one wants to be may take to answer a ping, ms. Asterisk tries again every 500 ms. */
const PROVES_WITHIN_MS = 1_000;

const typed = z.looseObject({ type: z.string() });
const registered = z.object({ application: z.string(), timestamp: z.string().optional() });

export class AcceptedSocket implements EventSocket {
  readonly opened: Promise<void>;
  readonly ended: Promise<string>;
  readonly #options: AcceptedSocketOptions;
  #onSign: () => void = () => undefined;
  #over: string | undefined;
  #isProving = false;
  #aheadMs = 0;
  #onOpened!: () => void;

  constructor(options: AcceptedSocketOptions) {
    const { ws } = options;
    this.#options = options;
    this.opened = new Promise((resolve) => (this.#onOpened = resolve));
    this.ended = new Promise((resolve) => {
      ws.once('close', (code) => resolve(this.#over ?? `closed by Asterisk (${code})`));
    });
    ws.on('error', ({ message }) => (this.#over ??= message));
    ws.on('pong', () => this.#onSign());
    ws.on('message', (data, isBinary) => {
      this.#onSign();
      if (this.#over === undefined) this.#read(isBinary ? undefined : (data as Buffer).toString());
    });
  }

  /** Who hears of every sign of life. */
  onSign(listener: () => void): void {
    this.#onSign = listener;
  }

  /** By how much Asterisk's clock is ahead of this machine's, as far as it has told. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  readonly send = (message: string): void => this.#options.ws.send(message);

  ping(): void {
    this.#options.ws.ping();
  }

  end(reason: string): void {
    this.#over ??= reason;
    this.#options.ws.terminate();
  }

  /** Another one wants its place: whoever is dead makes room. */
  prove(): void {
    if (this.#isProving) return;
    this.#isProving = true;
    const { clock, ws } = this.#options;
    const cancel = clock.after(PROVES_WITHIN_MS, () => this.end('silent'));
    const proved = () => {
      this.#isProving = false;
      cancel();
    };
    ws.once('pong', proved);
    ws.once('close', proved);
    ws.ping();
  }

  #read(text: string | undefined): void {
    try {
      const message = typed.parse(JSON.parse(text ?? ''));
      if (message.type === 'ApplicationRegistered') this.#registered(registered.parse(message));
      else if (message.type === 'ApplicationReplaced')
        this.end(`another program connected as ${this.#options.app}`);
      else this.#options.onMessage(message.type, message);
    } catch (error) {
      this.#options.onUnreadable(error);
    }
  }

  #registered({ application: app, timestamp }: z.infer<typeof registered>): void {
    this.#aheadMs = (timestamp === undefined ? NaN : Date.parse(timestamp) - Date.now()) || 0;
    if (app === this.#options.app) return this.#onOpened();
    this.#options.onOtherApp(app);
    this.end(`it is for the application ${app}`);
  }
}
