/** Any server that speaks OpenAI's protocol for audio: how it is asked, and what its refusals mean. */
import { Pool, type Dispatcher } from 'undici';
import { ParleyError } from '../../base/errors.ts';
import { failedConnection, failedHttpCode, isStaleConnection } from '../../base/failed-http.ts';
import { readStart } from '../../base/read-within.ts';

export interface EndpointOptions {
  /** Without the paths of single services: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** Without one none is sent: servers of one's own may ask for none. */
  readonly apiKey?: string | undefined;
  /** From the request to the head of the answer, and between two parts of its body, in milliseconds. */
  readonly waitMs: number;
}

type Body = Dispatcher.DispatchOptions['body'];

/** Connections at most; further requests wait. */
const CONNECTIONS = 40;
/** An idle connection is kept over a turn of the bot, unless the server says less. */
const KEEP_ALIVE_MS = 30_000;
/** A host that does not accept a connection in this time would not answer in time either. */
const CONNECT_MS = 2_000;
/** An error's explanation is short; whatever else a broken server sends is not read on. */
const MAX_ERROR_BYTES = 4096;

export class Endpoint {
  readonly #service: 'ASR' | 'TTS';
  readonly #path: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #pool: Pool;
  #closing: Promise<void> | undefined;

  /** Throws a TypeError if the URL is none. Connects when it is first asked. */
  constructor(service: 'ASR' | 'TTS', { baseUrl, apiKey, waitMs }: EndpointOptions) {
    const { origin, pathname } = new URL(baseUrl);
    this.#service = service;
    this.#path = pathname.replace(/\/+$/, '');
    this.#headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    this.#pool = new Pool(origin, {
      connections: CONNECTIONS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: waitMs,
      bodyTimeout: waitMs,
      connect: { timeout: CONNECT_MS },
    });
  }

  /** The answer, if it is a good one. Throws ASR_* or TTS_* with the server's own explanation if it is not, and the signal's reason. */
  async post(
    path: string,
    body: () => { readonly body: Body; readonly headers: Readonly<Record<string, string>> },
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const send = () => {
      const { body: content, headers } = body();
      return this.#pool.request({
        path: this.#path + path,
        method: 'POST',
        headers: { ...this.#headers, ...headers },
        body: content ?? null,
        signal,
      });
    };
    try {
      const response = await send().catch((error: unknown) => {
        if (isStaleConnection(error)) return send();
        throw error;
      });
      if (response.statusCode === 200) return response;
      const quote = explanationOf(
        Buffer.from(await readStart(response.body, MAX_ERROR_BYTES)).toString('utf8'),
      );
      throw new ParleyError(
        failedHttpCode(this.#service, response.statusCode),
        `HTTP ${response.statusCode}.`,
        { quote },
      );
    } catch (error) {
      throw this.failure(error, signal);
    }
  }

  /** What an error while asking, or while reading the answer, means. */
  failure(error: unknown, signal: AbortSignal): unknown {
    return signal.aborted ? signal.reason : failedConnection(this.#service, error);
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.destroy();
    return this.#closing;
  }
}

/** OpenAI answers `{"error": {"message": …}}`; others, and proxies before it, may answer anything. */
function explanationOf(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? error.message : body;
  } catch {
    return body;
  }
}
