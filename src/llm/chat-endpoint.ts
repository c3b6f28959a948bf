/** The address of an OpenAI-compatible server, and the connections to it that all calls share: a new one costs 90 ms. */
import { Pool } from 'undici';
import { readWithin } from '../base/read-within.ts';
import { connectionFailure, toldInBody } from './chat-failures.ts';
import type { ToldFailure } from './chat-failures.ts';

/** Between two turns of a call: most are answered over a connection that stands. */
const KEEP_ALIVE_MS = 60_000;

/** An error's explanation is short; whatever else a broken server sends is not read on. */
const MOST_ERROR_BYTES = 16_384;

/** Left to the caller's deadlines. */
const NO_LIMIT_MS = 0;

export type EndpointAnswer =
  | { readonly ok: true; readonly body: AsyncIterable<Uint8Array> }
  | { readonly ok: false; readonly status: number; readonly told: ToldFailure; readonly retryAfter: string };

export interface EndpointOptions {
  readonly apiKey: string;
  /** With its path, and a query if the server needs one: `https://api.openai.com/v1`, `https://x.example/openai?api-version=1`. */
  readonly baseUrl: string;
}

export class ChatEndpoint {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** Throws a TypeError if the URL is none. Connects when it is first asked. */
  constructor({ apiKey, baseUrl }: EndpointOptions) {
    const { origin, pathname, search } = new URL(baseUrl);
    this.#path = `${pathname.replace(/\/+$/, '')}/chat/completions${search}`;
    this.#pool = new Pool(origin, {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: NO_LIMIT_MS,
      bodyTimeout: NO_LIMIT_MS,
    });
    this.#headers = {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      accept: 'text/event-stream, application/json',
    };
  }

  /** Follows no redirect. Throws LLM_UNAVAILABLE or LLM_TIMEOUT without an answer; an abort ends the connection, also of the body. */
  async post(body: unknown, signal: AbortSignal): Promise<EndpointAnswer> {
    try {
      const {
        statusCode,
        headers,
        body: answer,
      } = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        headers: this.#headers,
        body: JSON.stringify(body),
        signal,
      });
      if (statusCode >= 200 && statusCode < 300) return { ok: true, body: answer };
      const said = await readWithin(answer, MOST_ERROR_BYTES).catch(() => undefined);
      const told = toldInBody(new TextDecoder().decode(said));
      return { ok: false, status: statusCode, told, retryAfter: String(headers['retry-after'] ?? '') };
    } catch (error) {
      throw connectionFailure(error);
    }
  }

  /** Ends every connection. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
