/** One request for an answer, and what of the answer can be spoken. */
import type { Clock } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { AnswerLimit } from './answer-limit.ts';
import type { ChatRequest, ChatUsage, ReplyEvent } from './chat.ts';
import type { ChatEndpoint } from './chat-endpoint.ts';
import { connectionFailure, refusal } from './chat-failures.ts';
import { readCompletionEvent } from './completion-event.ts';
import type { CompletionEvent } from './completion-event.ts';
import { bodyOf } from './completion-request.ts';
import type { CompletionRequests } from './completion-request.ts';
import { Deadline } from './deadline.ts';
import { retryAfterMs } from './retry-after.ts';
import { serverSentEvents } from './server-sent-events.ts';
import type { StreamBounds } from './server-sent-events.ts';
import { ToolCalls } from './tool-calls.ts';
import type { ToolCallPiece } from './tool-calls.ts';
import { WithoutReasoning } from './without-reasoning.ts';

/**
 * After the answer's end, for the count of tokens and for the end of the stream, which lets the connection be used again. Some servers
 * keep the stream open; a last sentence without its mark waits for this.
 */
const GRACE_MS = 250;

/** A long answer is 400 events of two lines and 300 bytes; one of a model that streams its thoughts, or probabilities, ten times that. */
const BOUNDS: StreamBounds = { mostBytes: 8 * 1024 * 1024, mostLines: 50_000, mostEventChars: 256 * 1024 };

const DONE = '[DONE]';
const WORD = /[\p{L}\p{N}]/u;

export interface AttemptTools {
  readonly endpoint: Pick<ChatEndpoint, 'post'>;
  readonly requests: CompletionRequests;
  readonly model: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly firstTokenMs: number;
  readonly tokenGapMs: number;
}

export class ChatAttempt {
  readonly #tools: AttemptTools;
  readonly #request: ChatRequest;
  readonly #outer: AbortSignal;
  readonly #deadline: Deadline;
  readonly #speech = new WithoutReasoning();
  readonly #limit: AnswerLimit;
  readonly #toolCalls = new ToolCalls();
  #wordless = '';
  #hasSpoken = false;
  /** The answer is whole; what still comes only counts it. */
  #isEnded = false;
  #usage: ChatUsage | undefined;
  #retryAfterMs: number | undefined;

  constructor(tools: AttemptTools, request: ChatRequest, outer: AbortSignal) {
    this.#tools = tools;
    this.#request = request;
    this.#outer = outer;
    this.#deadline = new Deadline(tools.clock, outer);
    this.#limit = new AnswerLimit(request.maxTokens);
  }

  /** A word has been given out. */
  get hasSpoken(): boolean {
    return this.#hasSpoken;
  }

  /** There was a word, or something to be done. */
  get hasAnswered(): boolean {
    return this.#hasSpoken || !this.#toolCalls.isEmpty;
  }

  /** What came before the first word: marks, emoji. All there is in an answer without one. */
  get wordless(): string {
    return this.#wordless;
  }

  /** How long the server that refused wants to be left alone, if it said so. */
  get retryAfterMs(): number | undefined {
    return this.#retryAfterMs;
  }

  /**
   * The answer, from its first word on, as it comes, and its tool calls behind it; nothing of one that has neither. Throws LLM_*, or the
   * reason of the abort. Once.
   */
  async *events(): AsyncGenerator<ReplyEvent> {
    const { signal } = this.#deadline;
    this.#awaitFirstToken();
    try {
      yield* this.#read(await this.#ask());
      signal.throwIfAborted();
    } catch (error) {
      if (this.#outer.aborted || !this.#isEnded)
        throw signal.aborted ? signal.reason : connectionFailure(error);
    } finally {
      this.#deadline.clear();
    }
    if (this.#usage) this.#request.onUsage?.(this.#usage);
  }

  #awaitFirstToken(): void {
    this.#deadline.set(this.#tools.firstTokenMs, 'The model sent no token in time.');
  }

  /** Asks until no field of the request is refused any more. */
  async #ask(): Promise<AsyncIterable<Uint8Array>> {
    const { endpoint, requests, model, log } = this.#tools;
    for (;;) {
      const form = requests.formFor(model);
      const answer = await endpoint.post(bodyOf(this.#request, model, form), this.#deadline.signal);
      if (answer.ok) return answer.body;
      const { status, told, retryAfter } = answer;
      const learnt = status === 400 || status === 422 ? requests.learn(model, form, told) : undefined;
      this.#retryAfterMs = retryAfterMs(retryAfter, Date.now());
      if (!learnt) throw refusal(status, told);
      log.warn(
        { event: 'chat_field_refused', model, ...learnt },
        'the model does not take a field of the request',
      );
      this.#awaitFirstToken();
    }
  }

  async *#read(body: AsyncIterable<Uint8Array>): AsyncGenerator<ReplyEvent> {
    for await (const { name, data, isWhole } of serverSentEvents(body, BOUNDS)) {
      const event = data.startsWith(DONE) ? END : eventOf({ name, data, isWhole });
      this.#usage = event.usage ?? this.#usage;
      if (this.#isEnded) continue;
      yield* this.#speak(this.#speech.push(event.text));
      this.#take(event.toolCalls ?? []);
      if (this.#limit.isOver) {
        const { log, model } = this.#tools;
        log.info(
          { event: 'chat_cut', model, maxTokens: this.#request.maxTokens },
          'an answer was ended at its longest',
        );
        yield* this.#end();
        return;
      }
      if (event.finish !== undefined) yield* this.#end(event.finish);
    }
    if (!this.#isEnded) throw this.#brokenOff();
  }

  async *#speak(text: string): AsyncGenerator<ReplyEvent> {
    const words = this.#limit.take(text);
    if (words === '') return;
    if (!this.#hasSpoken && !WORD.test(words)) return void (this.#wordless += words);
    const spoken = this.#hasSpoken ? words : this.#wordless + words;
    this.#hasSpoken = true;
    // The reader's time is not the model's.
    this.#deadline.lift();
    yield { kind: 'text', text: spoken };
    this.#deadline.signal.throwIfAborted();
    this.#deadline.set(this.#tools.tokenGapMs, 'The model fell silent in its answer.');
  }

  /** Pieces of tool calls say that the model is at work as words do. */
  #take(pieces: readonly ToolCallPiece[]): void {
    if (pieces.length === 0 || !this.#request.tools?.length) return;
    for (const piece of pieces) this.#toolCalls.push(piece);
    this.#deadline.set(this.#tools.tokenGapMs, 'The model fell silent in its answer.');
  }

  async *#end(reason?: string): AsyncGenerator<ReplyEvent> {
    const failure = reason === undefined ? undefined : failureOf(reason);
    if (failure) throw failure;
    yield* this.#speak(this.#speech.end());
    if (!this.hasAnswered && !this.#isSilentOnPurpose(reason) && this.#wordless.trim() === '')
      throw noText(reason);
    this.#isEnded = true;
    this.#deadline.lift();
    for (const call of this.#toolCalls.all()) yield { kind: 'toolCall', ...call };
    this.#deadline.set(GRACE_MS, 'The stream stayed open behind the answer.');
  }

  #isSilentOnPurpose(reason: string | undefined): boolean {
    return this.#request.mayBeSilent === true && reason !== 'length';
  }

  #brokenOff(): ParleyError {
    return this.#hasSpoken
      ? new ParleyError('LLM_UNAVAILABLE', 'The answer broke off before its end.')
      : new ParleyError('LLM_BAD_ANSWER', 'The answer held no text.');
  }
}

const END: CompletionEvent = { text: '', finish: 'stop' };
const NOTHING: CompletionEvent = { text: '' };

/** What the end of the stream has cut in two is nothing. */
function eventOf({ isWhole, ...event }: { name: string; data: string; isWhole: boolean }): CompletionEvent {
  try {
    return readCompletionEvent(event);
  } catch (error) {
    if (isWhole) throw error;
    return NOTHING;
  }
}

/** The reasons for an end that is none. OpenRouter says "error", some servers "abort"; Gemini has many words for its filter. */
function failureOf(reason: string): ParleyError | undefined {
  if (/filter|safety|recitation|prohibited|blocklist|refusal/i.test(reason))
    return new ParleyError('LLM_REJECTED', "The provider's content filter withheld the answer or its end.");
  return /error|abort|fail|cancel/i.test(reason)
    ? new ParleyError('LLM_UNAVAILABLE', 'The provider ended the answer with an error.')
    : undefined;
}

function noText(reason: string | undefined): ParleyError {
  return reason === 'length'
    ? new ParleyError(
        'LLM_BAD_ANSWER',
        'The tokens were used up before the first word: raise llm.maxTokens of the bot.',
      )
    : new ParleyError('LLM_BAD_ANSWER', 'The answer held no text.');
}
