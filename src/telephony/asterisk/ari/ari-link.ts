/** Keeps the event socket up: one loop that connects, waits for the end, backs off and connects again, until it is closed. */
import { type Clock, sleep } from '../../../base/clock.ts';
import { errorCode, ParleyError } from '../../../base/errors.ts';
import { jittered } from '../../../base/jitter.ts';
import type { Log } from '../../../base/log.ts';
import { unansweredAfter } from '../../../base/unanswered-after.ts';
import { Backoff } from './backoff.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Beats } from './heartbeat.ts';

/** An event socket, opening or open. */
export interface EventSocket {
  /** Resolves when it is open; never if it ends before. */
  readonly opened: Promise<void>;
  /** Resolves with the reason when it is over. Never rejects. */
  readonly ended: Promise<string>;
  /** Another program has connected under the same name, and Asterisk gives it all events. Known once it has ended. */
  readonly isReplaced?: boolean;
  /** Asks the other side for a sign of life. */
  ping(): void;
  /** Ends it at once, whether or not the other side still listens. Idempotent. */
  end(reason: string): void;
}

export interface AriLinkOptions {
  /** Opens a socket, which calls `onSign` for everything that the other side sends. */
  readonly open: (onSign: () => void) => EventSocket;
  /** Resolves when there is a socket to open, where the other side decides when; without it, after a back-off. */
  readonly arrival?: (signal: AbortSignal) => Promise<void>;
  /** Runs on every new socket before the link counts as up; throws if it cannot. */
  readonly settle: () => Promise<void>;
  /** Nobody is connected under our name any more. May throw. */
  readonly isFree: () => Promise<boolean>;
  /** Another program has taken the calls. Told before `down`. */
  readonly onReplaced: () => void;
  readonly clock: Clock;
  /** When Asterisk counts as gone, if not as usual. */
  readonly beats?: Beats | undefined;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
}

/** How long a socket may take to open: Asterisk needs under 5 ms, a black hole for ever. */
const HANDSHAKE_MS = 3_000;

/**
 * How often somebody who was replaced looks whether the other one is gone, ms. Whoever took the calls back at once would be replaced at once,
 * and so on: two services that share a name lost every call of both in that way.
 */
const LOOK_AGAIN_MS = 5_000;

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
  #isReplaced = false;

  constructor(options: AriLinkOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.random);
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Another program answers under our name, and this one stays away. */
  get isReplaced(): boolean {
    return this.#isReplaced;
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
      this.#isReplaced = session.socket.isReplaced ?? false;
      if (this.#isReplaced) this.#guarded('replaced', this.#options.onReplaced);
      this.#say('down');
      if (this.#closing.signal.aborted) return;
      this.#options.log.warn({ event: 'ari_down', reason, upMs }, 'Lost the connection to Asterisk');
      if (this.#isReplaced) await this.#untilFree();
      session = await this.#reconnect();
    }
  }

  /** Resolves when nobody else is connected under our name, or the link is closed. */
  async #untilFree(): Promise<void> {
    const { clock, isFree, log, random } = this.#options;
    const { signal } = this.#closing;
    log.error(
      { event: 'ari_replaced' },
      'Another program answers under the same ARI_APP: it has the calls now, and Parley stays away until it is gone',
    );
    while (!signal.aborted) {
      await sleep(clock, jittered(LOOK_AGAIN_MS, random), signal).catch(() => undefined);
      // While Asterisk itself is away nobody knows.
      if (!signal.aborted && (await isFree().catch(() => false))) break;
    }
    this.#isReplaced = false;
  }

  /** Undefined if the link was closed meanwhile. */
  async #reconnect(): Promise<Session | undefined> {
    const { arrival, clock, log } = this.#options;
    const { signal } = this.#closing;
    for (;;) {
      try {
        await (arrival ? arrival(signal) : sleep(clock, this.#backoff.nextMs(), signal));
        return await this.#connect();
      } catch (error) {
        if (signal.aborted) return undefined;
        const { message } = error as Error;
        log.info({ event: 'ari_still_down', code: errorCode(error), error: message }, 'Asterisk is not back');
      }
    }
  }

  async #connect(): Promise<Session> {
    const { beats, clock, open, settle } = this.#options;
    this.#closing.signal.throwIfAborted();
    let heartbeat: Heartbeat | undefined;
    const socket = open(() => heartbeat?.heard());
    this.#socket = socket;
    void socket.ended.then(() => heartbeat?.stop());
    const cancelHandshake = unansweredAfter(clock, HANDSHAKE_MS, () => socket.end('no handshake in time'));
    try {
      await orEnded(socket, socket.opened);
      cancelHandshake();
      // Not before: a socket that is not open yet cannot be pinged.
      heartbeat = new Heartbeat(
        clock,
        () => socket.ping(),
        () => socket.end('silent'),
        beats,
      );
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
    for (const listener of this.#listeners) this.#guarded(state, () => listener(state));
  }

  #guarded(state: string, tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#options.log.error(
        { event: 'ari_listener_threw', state, error: String(error) },
        'A listener threw',
      );
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
