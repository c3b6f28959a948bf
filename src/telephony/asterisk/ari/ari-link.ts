/** Keeps the event socket up: one loop that connects, waits for the end, backs off and connects again, until it is closed. */
import { type Clock, sleep } from '../../../base/clock.ts';
import { errorCode, ParleyError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { Backoff } from './backoff.ts';
import { Heartbeat } from './heartbeat.ts';

/** An event socket, opening or open. */
export interface EventSocket {
  /** Resolves when it is open; never if it ends before. */
  readonly opened: Promise<void>;
  /** Resolves with the reason when it is over. Never rejects. */
  readonly ended: Promise<string>;
  /** Asks the other side for a sign of life. */
  ping(): void;
  /** Ends it at once, whether or not the other side still listens. Idempotent. */
  end(reason: string): void;
}

export interface AriLinkOptions {
  /** Opens a socket, which calls `onSign` for everything that the other side sends. */
  readonly open: (onSign: () => void) => EventSocket;
  /** Runs on every new socket before the link counts as up; throws if it cannot. */
  readonly settle: () => Promise<void>;
  readonly clock: Clock;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
}

/** How long a socket may take to open: Asterisk needs under 5 ms, a black hole for ever. */
const HANDSHAKE_MS = 3_000;

interface Session {
  readonly socket: EventSocket;
  readonly upSinceMs: number;
}

export class AriLink {
  readonly #options: AriLinkOptions;
  readonly #backoff: Backoff;
  readonly #closing = new AbortController();
  readonly #listeners: ((state: 'up' | 'down') => void)[] = [];
  #socket: EventSocket | undefined;
  #running: Promise<void> = Promise.resolve();
  #connected = false;

  constructor(options: AriLinkOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.random);
  }

  get connected(): boolean {
    return this.#connected;
  }

  onConnection(listener: (state: 'up' | 'down') => void): void {
    this.#listeners.push(listener);
  }

  /** Connects for the first time, or throws; from then on the link mends itself. */
  async start(): Promise<void> {
    const session = await this.#connect();
    this.#running = this.#keepUp(session);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort(new ParleyError('ARI_UNREACHABLE', 'The ARI port is closed.'));
    this.#socket?.end('closed');
    await this.#running;
  }

  async #keepUp(first: Session): Promise<void> {
    let session: Session | undefined = first;
    while (session) {
      const reason = await session.socket.ended;
      const upMs = this.#options.clock.nowMs() - session.upSinceMs;
      this.#backoff.lasted(upMs);
      this.#say('down');
      if (this.#closing.signal.aborted) return;
      this.#options.log.warn({ event: 'ari_down', reason, upMs }, 'Lost the connection to Asterisk');
      session = await this.#reconnect();
    }
  }

  /** Undefined if the link was closed meanwhile. */
  async #reconnect(): Promise<Session | undefined> {
    const { clock, log } = this.#options;
    const { signal } = this.#closing;
    for (;;) {
      try {
        await sleep(clock, this.#backoff.nextMs(), signal);
        return await this.#connect();
      } catch (error) {
        if (signal.aborted) return undefined;
        const { message } = error as Error;
        log.info({ event: 'ari_still_down', code: errorCode(error), error: message }, 'Asterisk is not back');
      }
    }
  }

  async #connect(): Promise<Session> {
    const { clock, open, settle } = this.#options;
    this.#closing.signal.throwIfAborted();
    const socket = open(() => heartbeat.heard());
    this.#socket = socket;
    const heartbeat = new Heartbeat(
      clock,
      () => socket.ping(),
      () => socket.end('silent'),
    );
    void socket.ended.then(() => heartbeat.stop());
    const cancelHandshake = clock.after(HANDSHAKE_MS, () => socket.end('no handshake in time'));
    try {
      await orEnded(socket, socket.opened);
      cancelHandshake();
      await orEnded(socket, settle());
    } catch (error) {
      socket.end('not usable');
      throw error;
    } finally {
      cancelHandshake();
    }
    this.#say('up');
    return { socket, upSinceMs: clock.nowMs() };
  }

  #say(state: 'up' | 'down'): void {
    this.#connected = state === 'up';
    for (const listener of this.#listeners) {
      try {
        listener(state);
      } catch (error) {
        this.#options.log.error(
          { event: 'ari_listener_threw', state, error: String(error) },
          'A listener threw',
        );
      }
    }
  }
}

/** What `step` gives; an error as soon as the socket has ended. */
async function orEnded(socket: EventSocket, step: Promise<void>): Promise<void> {
  const ended = socket.ended.then((reason) => {
    throw new ParleyError('ARI_UNREACHABLE', `The event socket ended: ${reason}.`);
  });
  await Promise.race([step, ended]);
}
