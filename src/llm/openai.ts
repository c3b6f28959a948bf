/**
 * The chat model behind any OpenAI-compatible endpoint.
 * The wire: https://platform.openai.com/docs/api-reference/chat-streaming
 */
import { OpenAI } from 'openai';
import { type Clock, sleep } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Chat, ChatRequest } from './chat.ts';
import { Deadline } from './deadline.ts';
import { openAiError } from './openai-error.ts';

export interface OpenAiPatience {
  /**
   * One request may take this long to its first token. Milliseconds, default 2000: a healthy model needs 300 to 1200.
   * With the retry the longest wait is twice this and the pause, 4.1 s; less the filler, it stays under 3 s of silence.
   */
  readonly firstTokenMs: number;
  /**
   * No longer gap between two tokens. Milliseconds, default 2500: tokens come every 10 to 100 ms, so the model is gone,
   * and the caller should hear so before the sentence that is being spoken has long ended.
   */
  readonly tokenGapMs: number;
  /**
   * The whole reply, retry included. Milliseconds, default 30000: 300 tokens, more than anybody listens to, from a model
   * that makes only 12 a second. It bounds what `tokenGapMs` does not: a model that never stops.
   */
  readonly totalMs: number;
  /** Before the one retry. Milliseconds, default 100: enough for a restarted connection, too short to be heard. */
  readonly retryPauseMs: number;
}

const OPENAI_PATIENCE: OpenAiPatience = {
  firstTokenMs: 2000,
  tokenGapMs: 2500,
  totalMs: 30_000,
  retryPauseMs: 100,
};

export interface OpenAiOptions extends Partial<OpenAiPatience> {
  readonly apiKey: string;
  /** With its path: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** Used where the request names none. */
  readonly model: string;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Asks the endpoint to say what it counted (`stream_options`). Default false: an old endpoint may refuse a request that has a field
   * it does not know.
   */
  readonly asksUsage?: boolean;
}

/**
 * One client, with its connections, for all calls: a new one costs 90 ms.
 * A retryable failure before the first token is tried once more; after it, what was said cannot be taken back.
 */
export function createOpenAiChat(options: OpenAiOptions): Chat {
  return new OpenAiChat(options);
}

class OpenAiChat implements Chat {
  readonly name = 'openai';
  readonly #client: OpenAI;
  readonly #model: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #asksUsage: boolean;
  readonly #patience: OpenAiPatience;

  constructor({ apiKey, baseUrl, model, clock, log, asksUsage = false, ...patience }: OpenAiOptions) {
    this.#client = new OpenAI({
      apiKey,
      baseURL: baseUrl,
      maxRetries: 0,
      // It would print the answer on the console.
      logLevel: 'off',
      // Nothing may come from the environment behind the settings' back.
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
    });
    this.#model = model;
    this.#clock = clock;
    this.#log = log;
    this.#asksUsage = asksUsage;
    this.#patience = { ...OPENAI_PATIENCE, ...patience };
  }

  async *reply(request: ChatRequest, signal: AbortSignal): AsyncIterable<string> {
    signal.throwIfAborted();
    const reply = new Deadline(this.#clock, signal);
    reply.set(this.#patience.totalMs, 'The model did not finish its answer in time.');
    try {
      let started = false;
      try {
        for await (const token of this.#attempt(request, reply.signal)) {
          started = true;
          yield token;
        }
        return;
      } catch (error) {
        if (started || reply.signal.aborted || !isRetryable(error)) throw error;
        this.#log.warn(
          { event: 'chat_retry', code: error.code, cause: error.message },
          'asking the model once more',
        );
      }
      await sleep(this.#clock, this.#patience.retryPauseMs, reply.signal);
      yield* this.#attempt(request, reply.signal);
    } finally {
      reply.clear();
    }
  }

  /** One request. `for await` over the client's stream ends quietly when it is aborted, so the signal is asked. */
  async *#attempt(request: ChatRequest, outer: AbortSignal): AsyncIterable<string> {
    const attempt = new Deadline(this.#clock, outer);
    attempt.set(this.#patience.firstTokenMs, 'The model sent no token in time.');
    let finish: string | null | undefined;
    let tokens = 0;
    let usage: OpenAI.CompletionUsage | undefined;
    try {
      const stream = await this.#client.chat.completions.create(
        {
          model: request.model ?? this.#model,
          messages: [...request.messages],
          temperature: request.temperature,
          max_tokens: request.maxTokens,
          stream: true,
          ...(this.#asksUsage && { stream_options: { include_usage: true } }),
        },
        { signal: attempt.signal },
      );
      for await (const event of stream as AsyncIterable<Partial<OpenAI.ChatCompletionChunk> | null>) {
        const choice = event?.choices?.[0];
        const token = choice?.delta?.content;
        finish = choice?.finish_reason ?? finish;
        if (event?.usage) usage = event.usage;
        if (!token) continue;
        tokens++;
        attempt.lift();
        yield token;
        attempt.signal.throwIfAborted();
        attempt.set(this.#patience.tokenGapMs, 'The model fell silent in its answer.');
      }
      attempt.signal.throwIfAborted();
    } catch (error) {
      throw attempt.signal.aborted ? attempt.signal.reason : openAiError(error);
    } finally {
      attempt.clear();
    }
    checkFinish(finish, tokens);
    if (usage) request.onUsage?.({ inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens });
  }
}

function checkFinish(finish: string | null | undefined, tokens: number): void {
  if (finish === 'content_filter' && tokens === 0)
    throw new ParleyError('LLM_REJECTED', "The provider's content filter withheld the answer.");
  if (tokens === 0) throw new ParleyError('LLM_BAD_ANSWER', 'The answer held no text.');
  if (!finish) throw new ParleyError('LLM_UNAVAILABLE', 'The answer broke off before its end.');
}

function isRetryable(error: unknown): error is ParleyError {
  return error instanceof ParleyError && error.retryable;
}
