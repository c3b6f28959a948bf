/**
 * A model on a server of one's own is loaded with its first request, which takes 6 to 50 seconds, stops loading when whoever asked gives
 * up, and is dropped again when nobody asks for five minutes. So it is asked for a word at the start, whenever it was idle for a while,
 * and when an answer came too late: without a caller who waits, and without giving up.
 */
import type { CancelTimer, Clock } from '../base/clock.ts';
import { errorCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Chat, ChatRequest, ReplyEvent } from './chat.ts';
import type { OpenAiChat } from './openai.ts';

/** Ollama drops a model after five minutes without a request: https://docs.ollama.com/faq */
const IDLE_MS = 4 * 60_000;

/** How long a model may take to load: the largest that still answers a call in time, from a slow disk. */
export const WARM_UP_MS = 180_000;

export interface KeptWarmOptions {
  /** Answers calls. */
  readonly chat: OpenAiChat;
  /** The same model asked with WARM_UP_MS of patience. */
  readonly patient: Chat;
  readonly clock: Clock;
  readonly log: Log;
}

/** Begins at once; `close` must be called. */
export function keptWarm(options: KeptWarmOptions): OpenAiChat {
  const chat = new KeptWarmChat(options);
  chat.warmUp(undefined);
  return chat;
}

class KeptWarmChat implements OpenAiChat {
  readonly name: string;
  readonly #options: KeptWarmOptions;
  readonly #over = new AbortController();
  /** By model, undefined for the settings' own: when it is to be asked next, or that it is being asked. */
  readonly #models = new Map<string | undefined, CancelTimer | 'asked'>();

  constructor(options: KeptWarmOptions) {
    this.#options = options;
    this.name = options.chat.name;
  }

  async *reply(request: ChatRequest, signal: AbortSignal): AsyncIterable<ReplyEvent> {
    try {
      yield* this.#options.chat.reply(request, signal);
      this.#restIdle(request.model);
    } catch (error) {
      if (!signal.aborted && errorCode(error) === 'LLM_TIMEOUT') this.warmUp(request.model);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#over.abort(new Error('the chat is closed'));
    for (const next of this.#models.values()) if (next !== 'asked') next();
    this.#models.clear();
    await this.#options.chat.close();
  }

  /** Never rejects; at most one request a model is under way. */
  warmUp(model: string | undefined): void {
    const next = this.#models.get(model);
    if (next === 'asked' || this.#over.signal.aborted) return;
    next?.();
    this.#models.set(model, 'asked');
    void this.#ask(model).finally(() => {
      if (this.#over.signal.aborted) return;
      this.#models.delete(model);
      this.#restIdle(model);
    });
  }

  #restIdle(model: string | undefined): void {
    const next = this.#models.get(model);
    if (next === 'asked' || this.#over.signal.aborted) return;
    next?.();
    this.#models.set(
      model,
      this.#options.clock.after(IDLE_MS, () => this.warmUp(model)),
    );
  }

  async #ask(model: string | undefined): Promise<void> {
    const { patient, clock, log } = this.#options;
    const askedAtMs = clock.nowMs();
    const messages = [{ role: 'user', content: 'ok?' }] as const;
    try {
      for await (const _ of patient.reply(
        { messages, model, temperature: 0, maxTokens: 1 },
        this.#over.signal,
      ));
      const tookMs = Math.round(clock.nowMs() - askedAtMs);
      log.debug({ event: 'chat_warm', model, tookMs }, 'the model is loaded');
    } catch (error) {
      if (this.#over.signal.aborted) return;
      // One token is too short for some models to say a word; they are loaded all the same.
      log.debug(
        { event: 'chat_warm', model, code: errorCode(error) },
        'the model did not say a word when it was woken',
      );
    }
  }
}
