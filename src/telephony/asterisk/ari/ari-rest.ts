/**
 * ARI's requests over kept-alive connections, each with a deadline.
 *
 * They do not go through ari-client: it loses the status of an answer, never settles when a connection breaks or hangs, cannot
 * give up a hung request, and knows one user name and password in the whole process. ari-client.test.ts shows each of these.
 */
import { Pool, type Dispatcher } from 'undici';
import { childWithin } from '../../../base/abort.ts';
import type { Clock } from '../../../base/clock.ts';
import { readWithin } from '../../../base/read-within.ts';
import { noAnswer, refusal, strangeAnswer, tooLate } from './ari-errors.ts';

/**
 * Connections at most. Asterisk works through one connection in order and was seen to need 10 ms for the slowest request
 * (answer), so 16 carry over a thousand requests a second; its own limit is 100 sessions (`sessionlimit`), media included.
 */
const CONNECTIONS = 16;

/** Idle connections are closed well before Asterisk does it (`session_keep_alive`, 15 s): a request must not meet that. */
const IDLE_MS = 4_000;

/**
 * The longest answer that is read; a longer one, which would fill the memory until its deadline, is not ARI's. Twice an hour of speech
 * (58 MB), which is the longest that can be fetched within the deadline of a recording; a list of a thousand channels is 1 MB.
 */
const MOST_ANSWER_BYTES = 128 * 1024 * 1024;

export type Query = Readonly<Record<string, string | number>>;

export interface AriRestOptions {
  /** `http://127.0.0.1:8088` */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly clock: Clock;
}

/** What carries requests to Asterisk and brings the answers: HTTP, or a socket that Asterisk has opened. */
export interface AriTransport {
  /** The answer's JSON; undefined where there is none. Throws the errors that ari-port.ts lists. */
  json(
    method: Dispatcher.HttpMethod,
    path: string,
    deadlineMs: number,
    query?: Query,
    body?: unknown,
  ): Promise<unknown>;
  /** The answer's body as it is. */
  bytes(method: Dispatcher.HttpMethod, path: string, deadlineMs: number): Promise<Uint8Array>;
  /** Requests under way fail as unreachable. Idempotent. */
  close(): Promise<void>;
}

interface AriRequest {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export class AriRest implements AriTransport {
  readonly #pool: Pool;
  readonly #authorization: string;
  readonly #clock: Clock;

  constructor(options: AriRestOptions) {
    const { username, password } = options;
    this.#pool = new Pool(new URL(options.url).origin, {
      connections: CONNECTIONS,
      keepAliveTimeout: IDLE_MS,
      // The deadline below covers connecting, waiting and reading.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    this.#clock = options.clock;
  }

  /** The answer's JSON; undefined where there is none. Throws the errors that ari-port.ts lists. */
  async json(
    method: Dispatcher.HttpMethod,
    path: string,
    deadlineMs: number,
    query: Query = {},
    body?: unknown,
  ): Promise<unknown> {
    const answer = await this.bytes(method, path, deadlineMs, query, body);
    if (answer.length === 0) return undefined;
    try {
      return JSON.parse(new TextDecoder().decode(answer)) as unknown;
    } catch {
      throw strangeAnswer(`${method} ${path}`);
    }
  }

  /** The answer's body as it is. */
  async bytes(
    method: Dispatcher.HttpMethod,
    path: string,
    deadlineMs: number,
    query: Query = {},
    body?: unknown,
  ): Promise<Uint8Array> {
    const what = `${method} ${path}`;
    const request = { method, path: `/ari${path}${encoded(query)}`, ...(body !== undefined && jsonOf(body)) };
    const { statusCode, answer } = await this.#exchange(what, request, deadlineMs);
    if (!answer) throw strangeAnswer(what);
    if (statusCode >= 300) throw refusal(what, statusCode, new TextDecoder().decode(answer));
    return answer;
  }

  async #exchange(what: string, request: AriRequest, deadlineMs: number) {
    const work = childWithin(deadlineMs, this.#clock, () => new Error('late'));
    try {
      const { statusCode, body } = await this.#pool.request({
        ...request,
        headers: { ...request.headers, authorization: this.#authorization },
        signal: work.signal,
      });
      return { statusCode, answer: await readWithin(body, MOST_ANSWER_BYTES) };
    } catch (error) {
      throw work.signal.aborted ? tooLate(what, deadlineMs) : noAnswer(what, error);
    } finally {
      work.release();
    }
  }

  /** Ends every connection; requests under way fail as unreachable. Idempotent. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** A path whose variable parts are escaped: a channel id may hold `/` or `;`. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.map((part, index) => part + encodeURIComponent(values[index] ?? '')).join('');
}

function jsonOf(body: unknown) {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function encoded(query: Query): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
