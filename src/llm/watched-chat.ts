import type { CancelTimer, Clock } from '../base/clock.ts';
import { errorCode, isParleyError, refusesCredentials } from '../base/errors.ts';
import { FailureWatch } from '../base/failure-watch.ts';
import type { Chat, ChatRequest, ReplyEvent } from './chat.ts';

/** While it fails it is asked for a word this often, ms: its state must be true also while nobody calls. Costs a few tokens each time. */
const ASK_AGAIN_MS = 20_000;

/** Enough for one word, also by a model that thinks a little first. */
const FEW_TOKENS = 16;

export interface WatchedChatOptions {
  readonly clock: Clock;
  /** Told of every refusal of the credentials. */
  readonly onRefused: () => void;
}

/** Knows whether the model inside answers at all. Once it has failed, it is asked by itself until it answers. */
export class WatchedChat implements Chat {
  readonly name: string;
  readonly hasSecond: boolean;
  readonly #inner: Chat;
  readonly #clock: Clock;
  readonly #onRefused: () => void;
  readonly #watch: FailureWatch;
  /** Until an answer tells otherwise. */
  #state: 'well' | 'fails' | 'refuses' = 'well';
  readonly #closed = new AbortController();
  /** The model of the request that failed last. */
  #failedModel: string | undefined;
  #cancelAsking: CancelTimer | undefined;
  #asking: Promise<void> | undefined;

  constructor(inner: Chat, { clock, onRefused }: WatchedChatOptions) {
    this.name = inner.name;
    this.hasSecond = inner.hasSecond === true;
    this.#inner = inner;
    this.#clock = clock;
    this.#onRefused = onRefused;
    this.#watch = new FailureWatch(clock);
  }

  get isFailing(): boolean {
    return this.#state !== 'well';
  }

  /** It fails because it does not accept the credentials. */
  get isRefused(): boolean {
    return this.#state === 'refuses';
  }

  async *reply(request: ChatRequest, signal: AbortSignal): AsyncIterable<ReplyEvent> {
    let hasSpoken = false;
    try {
      for await (const event of this.#inner.reply(request, signal)) {
        hasSpoken = true;
        yield event;
      }
      this.#succeeded();
    } catch (error) {
      // Whoever wants no more of an answer has heard that it answers.
      if (signal.aborted && hasSpoken) this.#succeeded();
      if (!signal.aborted && isParleyError(error)) this.#failed(error, request.model);
      throw error;
    }
  }

  /** Resolves when it asks no more. */
  async close(): Promise<void> {
    this.#closed.abort(new Error('nobody asks any more'));
    this.#cancelAsking?.();
    await this.#asking;
  }

  #succeeded(): void {
    this.#watch.succeeded();
    this.#state = 'well';
    this.#cancelAsking?.();
  }

  #failed(error: unknown, model: string | undefined): void {
    this.#watch.failed(error);
    this.#failedModel = model;
    if (refusesCredentials(errorCode(error))) {
      this.#state = 'refuses';
      this.#onRefused();
    } else if (this.isFailing || this.#watch.isFailing) this.#state = 'fails';
    if (this.isFailing) this.#askLater();
  }

  #askLater(): void {
    if (this.#closed.signal.aborted) return;
    this.#cancelAsking?.();
    this.#cancelAsking = this.#clock.after(ASK_AGAIN_MS, () => {
      this.#asking = this.#ask();
    });
  }

  /** Never rejects: what becomes of it is noted as of every request. */
  async #ask(): Promise<void> {
    const request = {
      messages: [{ role: 'user', content: 'Answer with the one word: ready' }],
      model: this.#failedModel,
      temperature: 0,
      maxTokens: FEW_TOKENS,
    } as const;
    try {
      for await (const event of this.reply(request, this.#closed.signal)) void event;
    } catch {
      if (this.isFailing) this.#askLater();
    }
  }
}
