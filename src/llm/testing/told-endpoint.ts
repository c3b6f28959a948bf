/** A model's server that answers what a test tells it, one answer a request, the last one again and again. */
import type { EndpointAnswer } from '../chat-endpoint.ts';
import { toldInBody } from '../chat-failures.ts';
import type { Endpoint } from '../openai.ts';
import { aborted } from '../../base/async.ts';

export type ToldAnswer =
  /** A body, and whether the connection stays open behind it. */
  | { readonly body: string | Iterable<string>; readonly staysOpen?: boolean }
  | { readonly status: number; readonly error?: unknown; readonly retryAfter?: string };

export interface ToldEndpoint extends Endpoint {
  /** The bodies that were sent. */
  readonly requests: Readonly<Record<string, unknown>>[];
}

export function toldEndpoint(...answers: readonly ToldAnswer[]): ToldEndpoint {
  const requests: Readonly<Record<string, unknown>>[] = [];
  return {
    requests,
    async post(body, signal) {
      requests.push(body as Readonly<Record<string, unknown>>);
      const told = answers[Math.min(requests.length, answers.length) - 1];
      return told && answerOf(told, signal);
    },
    close: () => Promise.resolve(),
  } as ToldEndpoint;
}

function answerOf(told: ToldAnswer, signal: AbortSignal): EndpointAnswer {
  if ('body' in told) return { ok: true, body: streamed(told, signal) };
  const { status, error, retryAfter = '' } = told;
  return { ok: false, status, told: toldInBody(JSON.stringify({ error })), retryAfter };
}

async function* streamed({ body, staysOpen }: Extract<ToldAnswer, { body: unknown }>, signal: AbortSignal) {
  for (const text of typeof body === 'string' ? [body] : body) {
    signal.throwIfAborted();
    yield Buffer.from(text);
  }
  if (!staysOpen) return;
  await aborted(signal);
  throw signal.reason;
}

/** One event with a piece of the answer. */
export function said(content: unknown): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
}

/** One event that ends it. */
export function finished(reason: string): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })}\n\n`;
}

export const DONE = 'data: [DONE]\n\n';
