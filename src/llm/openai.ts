/**
 * The chat model behind any OpenAI-compatible endpoint.
 * The wire: https://platform.openai.com/docs/api-reference/chat-streaming
 */
import { type Clock, sleep } from '../base/clock.ts';
import { isParleyError } from '../base/errors.ts';
import type { ErrorCode } from '../base/error-catalogue.ts';
import type { ParleyError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Chat, ChatRequest, ReplyEvent } from './chat.ts';
import { ChatAttempt } from './chat-attempt.ts';
import { ChatEndpoint } from './chat-endpoint.ts';
import type { EndpointOptions } from './chat-endpoint.ts';
import { CompletionRequests } from './completion-request.ts';
import { Deadline } from './deadline.ts';
import type { Dialect } from './dialect.ts';

export interface OpenAiPatience {
  /**
   * No longer gap between two tokens. Milliseconds, default 2500: tokens come every 10 to 100 ms, so the model is gone,
   * and the caller should hear so before the sentence that is being spoken has long ended.
   */
  readonly tokenGapMs: number;
  /** Before the one retry. Milliseconds, default 100: enough for a restarted connection, too short to be heard. */
  readonly retryPauseMs: number;
}

const OPENAI_PATIENCE: OpenAiPatience = { tokenGapMs: 2500, retryPauseMs: 100 };

/**
 * A server that wants to be asked later than this is not asked again: filler and hold phrase cover so much, and the answer's own first
 * token comes on top.
 */
const LONGEST_RETRY_PAUSE_MS = 3000;

export interface OpenAiOptions extends EndpointOptions, Partial<OpenAiPatience> {
  /** Used where the request names none. */
  readonly model: string;
  /** One request may take this long to its first token, milliseconds (LLM_FIRST_TOKEN_MS): a healthy model needs 300 to 1200. */
  readonly firstTokenMs: number;
  /**
   * The whole reply, retry included, milliseconds (LLM_TOTAL_MS). It bounds what `tokenGapMs` does not: a model that never stops.
   */
  readonly totalMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Asks the endpoint to say what it counted (`stream_options`). Default false: an old endpoint may refuse a request that has a field
   * it does not know.
   */
  readonly asksUsage?: boolean;
  /** Whose protocol it is in the details. Default openai. */
  readonly dialect?: Dialect;
}

/** Where requests go. */
export type Endpoint = Pick<ChatEndpoint, 'post' | 'close'>;

/** A Chat with connections of its own. */
export interface OpenAiChat extends Chat {
  /** Ends them, and every reply that is under way. */
  close(): Promise<void>;
}

/**
 * One client, with its connections, for all calls.
 * A retryable failure before the first word is tried once more; after it, what was said cannot be taken back.
 */
export function createOpenAiChat(
  options: OpenAiOptions,
  endpoint: Endpoint = new ChatEndpoint(options),
): OpenAiChat {
  return new Client(options, endpoint);
}

class Client implements OpenAiChat {
  readonly name = 'openai';
  readonly #endpoint: Endpoint;
  readonly #requests: CompletionRequests;
  readonly #options: OpenAiOptions & OpenAiPatience;

  constructor(options: OpenAiOptions, endpoint: Endpoint) {
    this.#endpoint = endpoint;
    this.#requests = new CompletionRequests({
      asksUsage: options.asksUsage ?? false,
      ...(options.dialect && { dialect: options.dialect }),
    });
    this.#options = { ...OPENAI_PATIENCE, ...options };
  }

  async *reply(request: ChatRequest, signal: AbortSignal): AsyncIterable<ReplyEvent> {
    signal.throwIfAborted();
    const { clock, totalMs } = this.#options;
    const reply = new Deadline(clock, signal);
    reply.set(totalMs, 'The model did not finish its answer in time.');
    try {
      const first = this.#attempt(request, reply.signal);
      let pauseMs = 0;
      try {
        yield* first.events();
        if (first.hasAnswered || request.mayBeSilent) return;
        this.#noteRetry('LLM_BAD_ANSWER', 'The answer held no word.', pauseMs);
      } catch (error) {
        if (first.hasSpoken || reply.signal.aborted || !isParleyError(error)) throw error;
        pauseMs = this.#pauseAfter(error, first);
        if (pauseMs > LONGEST_RETRY_PAUSE_MS) throw error;
        this.#noteRetry(error.code, error.detail, pauseMs);
      }
      await sleep(clock, pauseMs, reply.signal);
      const second = this.#attempt(request, reply.signal);
      yield* second.events();
      // Twice no word: whoever asked knows what to do about that.
      if (!second.hasAnswered) yield { kind: 'text', text: second.wordless };
    } finally {
      reply.clear();
    }
  }

  close(): Promise<void> {
    return this.#endpoint.close();
  }

  #attempt(request: ChatRequest, signal: AbortSignal): ChatAttempt {
    const endpoint = this.#endpoint;
    const requests = this.#requests;
    const model = request.model ?? this.#options.model;
    return new ChatAttempt({ ...this.#options, endpoint, requests, model }, request, signal);
  }

  /** Infinity where asking again is in vain. */
  #pauseAfter({ retryable }: ParleyError, { retryAfterMs = 0 }: ChatAttempt): number {
    return retryable ? Math.max(this.#options.retryPauseMs, retryAfterMs) : Number.POSITIVE_INFINITY;
  }

  #noteRetry(code: ErrorCode, cause: string, pauseMs: number): void {
    this.#options.log.warn({ event: 'chat_retry', code, cause, pauseMs }, 'asking the model once more');
  }
}
