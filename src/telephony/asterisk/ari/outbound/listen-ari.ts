/** The other way to Asterisk: it connects to Parley, and requests go back over the same socket (docs/decisions/ari-listen.md). */
import type { AriOptions } from '../ari.ts';
import { AriConnection, type AriConnectionOptions } from '../ari-connection.ts';
import type { AriPort } from '../ari-port.ts';
import { ARI_DEADLINES, AriRequests } from '../ari-requests.ts';
import { AriRest, type AriTransport } from '../ari-rest.ts';
import { untilUp } from '../until-up.ts';
import { AriListener } from './ari-listener.ts';
import { Presence, presenceOf } from './presence.ts';
import { SocketRest } from './socket-rest.ts';

export interface ListenAriOptions extends AriOptions {
  readonly listen: { readonly host: string; readonly port: number };
  /** Told the port, which is the one that was asked for unless that is 0. */
  readonly onListening?: (port: number) => void;
}

/**
 * Resolves once Asterisk has connected; from then on the port takes every further connection by itself. `url` is where sound goes, for
 * which HTTP is needed whichever way the events come: nobody is welcome before it answers. Throws ARI_LISTEN_UNUSABLE, ARI_REFUSED,
 * ARI_FAILED, or the signal's reason; leaves nothing behind then.
 */
export async function listenForAri(options: ListenAriOptions, signal: AbortSignal): Promise<AriPort> {
  const { app, clock, log } = options;
  const deadlines = { ...ARI_DEADLINES, ...options.deadlines };
  const http = new AriRest(options);
  const overSocket = new SocketRest(clock);
  const listener = new AriListener({
    ...options,
    onMessage: (type, message) => {
      if (type === 'RESTResponse') overSocket.answered(message);
      else connection.take(message);
    },
  });
  const rest: AriTransport = {
    // Between two sockets somebody may want to be answered, or hung up.
    json: (...asked) => (overSocket.isAttached ? overSocket : http).json(...asked),
    // A recording is no text: Asterisk answers 406 over the socket.
    bytes: (...asked) => http.bytes(...asked),
    close: async () => void (await Promise.all([listener.close(), http.close()])),
  };
  let asterisk: { readonly aheadMs: number } = { aheadMs: 0 };
  const open = (onSign: () => void) => {
    const socket = listener.take(onSign);
    overSocket.attach(socket.send);
    asterisk = socket;
    void socket.ended.then(() => overSocket.detach(socket.send));
    return socket;
  };
  const connection = new ListeningConnection(
    { ...options, deadlines, rest, open, arrival: (closing) => listener.arrival(closing) },
    () => Math.round((Date.now() + asterisk.aheadMs) / 1000),
  );
  try {
    await listener.open();
    options.onListening?.(listener.port);
    const { version } = await untilUp(() => new AriRequests(http, app, deadlines).info(), options, signal);
    listener.welcome();
    await untilUp(() => firstStart(connection, listener, signal), options, signal);
    log.info({ event: 'ari_up', version, app }, 'Asterisk has connected');
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function firstStart(connection: AriConnection, listener: AriListener, signal: AbortSignal) {
  await listener.arrival(signal);
  await connection.start();
}

/** It also tells the dialplan that it is there. */
class ListeningConnection extends AriConnection {
  readonly #presence: Presence;

  constructor(options: AriConnectionOptions, epochSeconds: () => number) {
    super(options);
    const tell = (value: string) => this.setGlobal(presenceOf(options.app), value);
    this.#presence = new Presence({ clock: options.clock, epochSeconds, tell });
    this.onConnection((state) => (state === 'up' ? this.#presence.start() : this.#presence.stop()));
  }

  override async close(): Promise<void> {
    if (this.connected) await this.#presence.leave();
    await super.close();
  }
}
