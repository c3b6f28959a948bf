/** One attempt to hand a result over: a POST of JSON. */
import { Agent, request } from 'undici';
import { childWithin } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { TraceparentOf } from '../base/spans.ts';
import type { CallResult } from './call-result.ts';
import { signatureOf } from './signature.ts';
import { systemCode } from '../base/system-code.ts';

/** One attempt, from the request to the end of the answer, ms: a CRM that writes to its database answers within. */
const ATTEMPT_MS = 10_000;

/** Nobody reads what stands in an answer; more of it than this ends the connection, bytes. */
const MOST_OF_ANSWER_BYTES = 64 * 1024;

/**
 * 4xx that speak of now, not of the request: https://www.rfc-editor.org/rfc/rfc9110#section-15.5. 409: the same result, which came before
 * and was given up here as late, is still being taken in (draft-ietf-httpapi-idempotency-key-header, 2.7).
 */
const PASSING: readonly number[] = [408, 409, 425, 429];

export type Delivery =
  | { readonly kind: 'delivered' }
  /** It would be refused however often it came. */
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** As the receiver wrote it. */ readonly retryAfter?: string;
    };

export interface DeliveryOptions {
  readonly clock: Clock;
  /** The wall clock, in milliseconds since 1970. */
  readonly epochMs: () => number;
  /** Signs what is sent; unsigned without. */
  readonly secret: string | undefined;
  readonly traceparentOf?: TraceparentOf | undefined;
}

export class Deliveries {
  readonly #options: DeliveryOptions;
  readonly #agent = new Agent();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Follows no redirects. Never rejects but with the signal's reason. `url` may hold a secret: no reason names it. */
  async post(url: string, result: CallResult, signal: AbortSignal): Promise<Delivery> {
    const { clock, epochMs, secret, traceparentOf } = this.#options;
    const traceparent = traceparentOf?.(result.id);
    const body = JSON.stringify(result);
    const work = childWithin(ATTEMPT_MS, clock, () => new Error('late'), signal);
    try {
      const {
        statusCode,
        headers,
        body: answer,
      } = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': headerValue(result.id),
          ...(traceparent !== undefined && { traceparent }),
          ...(secret !== undefined && { 'x-parley-signature': signatureOf(secret, body, epochMs()) }),
        },
        body,
        dispatcher: this.#agent,
        signal: work.signal,
      });
      // The status has told all; a body that does not end takes nothing back.
      await answer.dump({ limit: MOST_OF_ANSWER_BYTES }).catch(() => undefined);
      return judged(statusCode, headers['retry-after']);
    } catch (error) {
      signal.throwIfAborted();
      return {
        kind: 'failed',
        reason: work.signal.aborted ? 'timeout' : (systemCode(error) ?? 'unknown reason'),
      };
    } finally {
      work.release();
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

function judged(status: number, retryAfter: string | string[] | undefined): Delivery {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const reason = `HTTP ${status}`;
  if (status >= 400 && status < 500 && !PASSING.includes(status)) return { kind: 'refused', reason };
  return { kind: 'failed', reason, ...(typeof retryAfter === 'string' && { retryAfter }) };
}

/** What a header can hold of it. */
function headerValue(id: string): string {
  return id.replaceAll(/[^\x21-\x7e]/g, '_');
}
