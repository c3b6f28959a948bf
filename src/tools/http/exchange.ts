/**
 * One request and its answer, tried again where that may help. Follows no redirect, reads no more than it was told, and never throws but for
 * the signal: what went wrong is told, and whether the other side may have acted all the same.
 */
import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import { childWithin } from '../../base/abort.ts';
import { bodyText } from '../../base/body-text.ts';
import { sleep } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { readStart, readWithin } from '../../base/read-within.ts';
import type { TraceparentOf } from '../../base/spans.ts';
import type { HttpRequest } from './http-request.ts';
import { systemCode } from '../../base/system-code.ts';

export interface ExchangeBounds {
  /** With all tries and pauses. */
  readonly deadlineMs: number;
  /** After the first. */
  readonly retries: number;
  readonly maxBytes: number;
}

export type Exchanged =
  /** 2xx; `text` is undefined if it could not be read: too long, cut off or late. */
  | { readonly kind: 'answered'; readonly status: number; readonly text: string | undefined }
  | {
      readonly kind: 'failed';
      /** Completes "It failed: …"; without secrets. */
      readonly reason: string;
      /** What the server said to that, in its own words. */
      readonly said: string;
      /** The other side may have done what it was asked. */
      readonly mayBeDone: boolean;
    };

type Failed = Exclude<Exchanged, { kind: 'answered' }> & { readonly isWorthRetrying: boolean };

type Answered = Exclude<Exchanged, { kind: 'failed' }> & {
  /** The connection has ended before the answer. */
  readonly isBrokenOff: boolean;
};

/** What was done by the others need not be done again for the sake of its answer. */
const ASKS_ONLY: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Before the first further try, ms, and twice as long before each after it: a restart behind a balancer takes so long. */
const FIRST_PAUSE_MS = 200;

/** Of a server's words about a failure: what is wrong stands at their beginning. */
const MOST_SAID_BYTES = 16_384;

/** A page is for people to look at: nothing in it tells a model more than the status does. */
const PAGE = /^\s*text\/html\b/i;

/** Failures before anything was sent: nobody has acted. */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG|EPROTO|ERR_TLS.*|ERR_SSL.*|.*CERT.*|UNABLE_TO.*)$/;

/** Further tries do not make a certificate good, or a header sendable. */
const HOPELESS = /^(UND_ERR_INVALID_ARG|ERR_TLS.*|.*CERT.*|UNABLE_TO.*)$/;

export interface HttpPorts {
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly traceparentOf?: TraceparentOf | undefined;
}

/** What a request says of the trace that it belongs to; nothing where nothing is traced. */
export function traceHeaders(
  { traceparentOf }: HttpPorts,
  call: string,
  doing?: string,
): Readonly<Record<string, string>> {
  const traceparent = traceparentOf?.(call, doing);
  return traceparent === undefined ? {} : { traceparent };
}

/** One for all tools: connections that stand are used again. */
export function newDispatcher(): Agent {
  return new Agent({ keepAliveTimeout: 30_000, headersTimeout: 0, bodyTimeout: 0, maxResponseSize: -1 });
}

/** Throws the signal's reason. */
export async function exchange(
  request: HttpRequest,
  { deadlineMs, retries, maxBytes }: ExchangeBounds,
  { clock, dispatcher }: HttpPorts,
  signal: AbortSignal,
): Promise<Exchanged> {
  const work = childWithin(deadlineMs, clock, () => new Late(deadlineMs), signal);
  let mayBeDone = false;
  try {
    for (let tried = 0; ; tried++) {
      const result = await attempt(request, maxBytes, dispatcher, work.signal);
      const isLast = tried >= retries || work.signal.aborted;
      if (result.kind === 'answered' && (!result.isBrokenOff || isLast || !ASKS_ONLY.has(request.method)))
        return { kind: 'answered', status: result.status, text: result.text };
      mayBeDone ||= result.kind === 'answered' || result.mayBeDone;
      if (result.kind === 'failed' && (!result.isWorthRetrying || isLast)) {
        signal.throwIfAborted();
        const { reason, said } = result;
        return { kind: 'failed', reason, said, mayBeDone };
      }
      await sleep(clock, FIRST_PAUSE_MS * 2 ** tried, work.signal);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Late)) throw error;
    return { kind: 'failed', reason: error.message, said: '', mayBeDone };
  } finally {
    work.release();
  }
}

class Late extends Error {
  constructor(deadlineMs: number) {
    super(`no answer came within ${deadlineMs} ms`);
  }
}

async function attempt(
  { method, url, headers, body }: HttpRequest,
  maxBytes: number,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<Answered | Failed> {
  try {
    const { origin, pathname, search } = new URL(url);
    const answer = await dispatcher.request({
      origin,
      path: `${pathname}${search}`,
      method,
      headers: { accept: 'application/json, text/*;q=0.9, */*;q=0.1', ...headers },
      ...(body !== undefined && { body }),
      signal,
    });
    const { headers: itsHeaders, statusCode: status } = answer;
    if (status >= 200 && status < 300) {
      let isBrokenOff = false;
      const bytes = await readWithin(answer.body, maxBytes).catch((): undefined => {
        isBrokenOff = true;
      });
      return { kind: 'answered', status, text: bytes && bodyText(itsHeaders, bytes, maxBytes), isBrokenOff };
    }
    const said = await readStart(answer.body, MOST_SAID_BYTES).catch(() => undefined);
    return {
      kind: 'failed',
      reason: status < 400 ? `the server sends elsewhere (HTTP ${status})` : `HTTP ${status}`,
      said: said && !isPage(itsHeaders) ? (bodyText(itsHeaders, said, MOST_SAID_BYTES) ?? '') : '',
      // After a redirect or a fault of the server's own nobody knows; what it refuses it has not done.
      mayBeDone: status < 400 || (status >= 500 && status !== 503),
      isWorthRetrying: status >= 500 || status === 429,
    };
  } catch (error) {
    const code = systemCode(error) ?? 'unknown reason';
    return {
      kind: 'failed',
      reason:
        signal.reason instanceof Late ? signal.reason.message : `the server cannot be reached (${code})`,
      said: '',
      mayBeDone: !NOT_SENT.test(code),
      isWorthRetrying: !signal.aborted && !HOPELESS.test(code),
    };
  }
}

function isPage(headers: Dispatcher.ResponseData['headers']): boolean {
  return PAGE.test(String(headers['content-type'] ?? ''));
}
