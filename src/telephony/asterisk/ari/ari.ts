/**
 * Connects to Asterisk over ari-client. This is the only file that knows the library.
 *
 * ari-client opens the event socket and decodes what comes; what it cannot be made to do is done elsewhere: requests in
 * ari-rest.ts, reconnection and heartbeat in ari-link.ts. ari-client.test.ts shows what it lacks, ari.test.ts that the port does not.
 */
import { connect, type LibraryClient } from 'ari-client';
import { z } from 'zod';
import { type Clock, sleep } from '../../../base/clock.ts';
import { isParleyError, ParleyError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { Seldom } from '../../../base/seldom.ts';
import { AriConnection } from './ari-connection.ts';
import { noAnswer, tooLate } from './ari-errors.ts';
import type { EventSocket } from './ari-link.ts';
import type { AriPort } from './ari-port.ts';
import type { Beats } from './heartbeat.ts';
import { ARI_DEADLINES, type AriDeadlines, AriRequests } from './ari-requests.ts';
import { AriRest } from './ari-rest.ts';

export interface AriOptions {
  /** `http://127.0.0.1:8088`; a path is ignored, as ari-client does, which cannot read an IPv6 address either. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The Stasis application. Asterisk gives its events to whoever connected last under this name; the one before then stays away. */
  readonly app: string;
  readonly clock: Clock;
  readonly log: Log;
  /** When Asterisk counts as gone, if not as usual. */
  readonly beats?: Beats | undefined;
  /** Numbers from 0 up to 1, for the jitter of reconnection. */
  readonly random: () => number;
  readonly deadlines?: Partial<AriDeadlines>;
}

/** How long ari-client may take to load Asterisk's descriptions of its API: 50 ms were measured, once a process. */
const LOAD_MS = 5_000;

/**
 * Resolves once events come; from then on the port reconnects by itself. Throws ARI_REFUSED, ARI_UNREACHABLE, ARI_TIMEOUT or
 * ARI_FAILED if it cannot connect in the first place, and leaves nothing behind then.
 */
export async function connectAri(options: AriOptions): Promise<AriPort> {
  const rest = new AriRest(options);
  const deadlines = { ...ARI_DEADLINES, ...options.deadlines };
  try {
    const { version } = await new AriRequests(rest, options.app, deadlines).info();
    await checkDescriptions(rest, deadlines.requestMs);
    const events = new LibraryEvents(await load(options), options, (event) => connection.take(event));
    const open = (onSign: () => void) => events.open(onSign);
    const connection = new AriConnection({ ...options, deadlines, rest, open });
    await connection.start();
    options.log.info({ event: 'ari_up', version, app: options.app }, 'Connected to Asterisk');
    return connection;
  } catch (error) {
    await rest.close();
    throw error;
  }
}

/** Asks an Asterisk for its version and modules without taking the application over from a service that runs. */
export async function askAsteriskInfo(options: Pick<AriOptions, 'url' | 'username' | 'password' | 'clock'>) {
  const rest = new AriRest(options);
  try {
    return await new AriRequests(rest, '', ARI_DEADLINES).info();
  } finally {
    await rest.close();
  }
}

/** ari-client with what it would do on its own taken from it: to reconnect, to print, to let an event's fault end the process. */
class LibraryEvents {
  readonly #client: LibraryClient;
  readonly #app: string;
  readonly #log: Log;
  readonly #unreadable: Seldom;
  #socket: EventSocket | undefined;
  #replaced: () => void = () => undefined;

  /** `onEvent` may throw: that is logged, and the next event comes all the same. */
  constructor(client: LibraryClient, options: AriOptions, onEvent: (event: unknown) => void) {
    this.#client = client;
    this.#app = options.app;
    this.#log = options.log;
    this.#unreadable = new Seldom(options.clock);
    // As if every end of a socket were wanted. ari-client would else open sockets that nobody can stop, ten times and no more.
    Object.defineProperty(client, '_wsClosed', { get: () => true, set: () => undefined });
    client.on('*', (event) => {
      // Asterisk leaves a replaced socket open, but never sends another event to it.
      if (replaced.safeParse(event).success) this.#replaced();
      else onEvent(event);
    });
  }

  open(onSign: () => void): EventSocket {
    const ws = this.#startLibrary();
    let over: string | undefined;
    let isReplaced = false;
    const opened = new Promise<void>((resolve) => ws.once('open', resolve));
    const ended = new Promise<string>((resolve) => {
      ws.once('close', (code) => resolve(over ?? `closed by Asterisk (${code})`));
    });
    ws.on('error', ({ message }) => (over ??= message));
    ws.on('pong', onSign);
    const [decode] = ws.listeners('message');
    ws.removeAllListeners('message');
    ws.on('message', (data) => {
      onSign();
      if (over === undefined) this.#guarded(() => void decode?.(data));
    });
    this.#replaced = () => {
      isReplaced = true;
      this.#socket?.end(`another program connected as ${this.#app}`);
    };
    this.#socket = {
      opened,
      ended,
      get isReplaced() {
        return isReplaced;
      },
      ping: () => ws.ping(),
      end: (reason) => {
        over ??= reason;
        ws.terminate();
      },
    };
    return this.#socket;
  }

  #startLibrary() {
    const before = this.#client._ws;
    this.#client.start(encodeURIComponent(this.#app));
    const ws = this.#client._ws;
    if (!ws || ws === before) throw noAnswer('GET /events', undefined);
    return ws;
  }

  /** ari-client throws on events that it does not know, and a socket whose listener has thrown delivers nothing any more. */
  #guarded(decode: () => void): void {
    try {
      decode();
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown';
      this.#unreadable.happened((times) =>
        this.#log.warn(
          { event: 'ari_event_unreadable', error: name, times },
          'Asterisk sent events that could not be read',
        ),
      );
    }
  }
}

const replaced = z.object({ type: z.literal('ApplicationReplaced') });

/** swagger-client, which ari-client is built on, prints through this global; stdout belongs to the log. */
Object.assign(globalThis, { log: () => undefined });

/** ari-client keeps the last user name and password for the whole process while it loads: one after another. */
let loading: Promise<unknown> = Promise.resolve();

function load(options: AriOptions): Promise<LibraryClient> {
  const loaded = loading.then(() => loadNow(options));
  loading = loaded.catch(() => undefined);
  return loaded;
}

async function loadNow({ url, username, password, clock }: AriOptions): Promise<LibraryClient> {
  const late = new AbortController();
  const deadline = sleep(clock, LOAD_MS, late.signal).then(() => {
    throw tooLate("Loading Asterisk's API descriptions", LOAD_MS);
  });
  try {
    return await Promise.race([withoutProxy(() => connect(url, username, password)), deadline]);
  } finally {
    late.abort();
  }
}

/** ari-client asks the proxy that the environment names, if any; it looks there before `connecting` returns. */
function withoutProxy<T>(connecting: () => T): T {
  const before = process.env.NO_PROXY;
  process.env.NO_PROXY = '*';
  try {
    return connecting();
  } finally {
    if (before === undefined) delete process.env.NO_PROXY;
    else process.env.NO_PROXY = before;
  }
}

/** ari-client ends the process from inside when a description is refused or missing: sees first that each can be had. */
async function checkDescriptions(rest: AriRest, deadlineMs: number): Promise<void> {
  try {
    const listed = descriptions.parse(await rest.json('GET', '/api-docs/resources.json', deadlineMs));
    const paths = listed.apis.map((api) => api.path.replace('{format}', 'json'));
    await Promise.all(paths.map((path) => rest.json('GET', path, deadlineMs)));
  } catch (error) {
    if (isParleyError(error, 'ARI_UNREACHABLE', 'ARI_TIMEOUT')) throw error;
    const detail =
      'Asterisk lacks its API descriptions (rest-api in its data directory), which ari-client needs.';
    throw new ParleyError('ARI_FAILED', detail, { cause: error });
  }
}

const descriptions = z.object({ apis: z.array(z.object({ path: z.string() })) });
