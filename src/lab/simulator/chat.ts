/**
 * A chat model that stands in for the real one: an OpenAI-compatible `/v1/chat/completions` (streaming only) and
 * `/v1/models` over real HTTP on the loopback. It answers from a script, at a scripted pace, and fails on demand.
 *
 *     const chat = await startChatSimulator({ reply: [[/погода/, 'Солнечно.| Плюс двадцать.|']], firstTokenMs: 300 });
 *     chat.fail({ kind: 'hang' }, 1); // the next request only
 *     chat.fail({ kind: 'status', status: 429 }); // every request until chat.heal()
 *
 * The wire: https://platform.openai.com/docs/api-reference/chat-streaming
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type Clock, sleep, systemClock } from '../../base/clock.ts';
import {
  chunkEvent,
  DONE_EVENT,
  errorBody,
  GARBAGE_EVENTS,
  HTML_PAGE,
  modelList,
  tokensOf,
  toolCallDeltas,
  usageEvent,
} from './chat-wire.ts';

/** What the model says: a text, or the very tokens in which it comes; or what it wants done, with what it says before that. */
export type ScriptedAnswer = string | readonly string[] | ScriptedCalls;

export interface ScriptedCalls {
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  readonly say?: string;
}

export type ChatScript =
  | ((messages: readonly ReceivedMessage[], tools: readonly string[]) => ScriptedAnswer)
  /**
   * The first rule whose text is in (or whose pattern matches) the last user message, or the result of a tool behind it; none says
   * "Хорошо.".
   */
  | readonly (readonly [when: string | RegExp, say: ScriptedAnswer])[];

export interface ChatPace {
  /** From the request to the first token. Milliseconds, default 0. */
  readonly firstTokenMs: number;
  /** Between tokens. Milliseconds, default 0. */
  readonly perTokenMs: number;
}

export interface ChatSimulatorOptions extends Partial<ChatPace> {
  readonly reply: ChatScript;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** What `/v1/models` lists. */
  readonly model?: string;
  /** If given, a request with another key gets 401. */
  readonly apiKey?: string;
  readonly clock?: Clock;
}

export type ChatFault =
  /** The connection is closed without a byte. */
  | { readonly kind: 'refused' }
  /** The right answer at another pace. */
  | ({ readonly kind: 'slow' } & ChatPace)
  /** Silence, after this many tokens (default 0: not even the HTTP status). */
  | { readonly kind: 'hang'; readonly afterTokens?: number }
  /** The connection breaks after this many tokens. */
  | { readonly kind: 'cut'; readonly afterTokens: number }
  /** The stream ends tidily after this many tokens, but never says that the answer is finished. */
  | { readonly kind: 'unfinished'; readonly afterTokens: number }
  /** Something that is not the protocol: a web page, an event that is not JSON or not a chunk, or an answer without a word. */
  | { readonly kind: 'garbage'; readonly what: 'html' | 'broken-json' | 'other-json' | 'empty' }
  /** An HTTP error with the body that OpenAI sends: 401 key, 404 model, 429 quota, 500… */
  | { readonly kind: 'status'; readonly status: number };

export interface ReceivedMessage {
  readonly role: string;
  /** Empty in a message that only wants tools. */
  readonly content: string;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  readonly tool_call_id?: string;
}

export interface ReceivedRequest {
  readonly model: string;
  readonly messages: readonly ReceivedMessage[];
  readonly temperature?: number;
  readonly max_tokens?: number;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly tools?: readonly { readonly function: { readonly name: string; readonly parameters: unknown } }[];
}

export async function startChatSimulator(options: ChatSimulatorOptions): Promise<ChatSimulator> {
  const simulator = new ChatSimulator(options);
  await simulator.listen(options.port ?? 0);
  return simulator;
}

/** A connection that nobody asks over stays, ms: as long as with those who sell models. Node's own 5 s are over between two turns of a call. */
const IDLE_CONNECTION_MS = 75_000;

export class ChatSimulator {
  /** Every request for an answer since the start, the faulted ones too. */
  readonly requests: ReceivedRequest[] = [];
  readonly #options: ChatSimulatorOptions;
  readonly #clock: Clock;
  readonly #server: Server;
  #port = 0;
  #abortedCount = 0;
  #answering = 0;
  #fault: { readonly fault: ChatFault; left: number } | undefined;

  constructor(options: ChatSimulatorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.#server.keepAliveTimeout = IDLE_CONNECTION_MS;
  }

  /** What OPENAI_BASE_URL should be; nobody listens there once it is stopped. */
  get baseUrl(): string {
    return `http://127.0.0.1:${this.#port}/v1`;
  }

  /** Answers that the client gave up: it closed the connection before the end. */
  get abortedCount(): number {
    return this.#abortedCount;
  }

  /** Answers under way. */
  get answering(): number {
    return this.#answering;
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** The next `count` requests fail so; without a count, all do until `heal()`. Replaces the fault before it. */
  fail(fault: ChatFault, count = Number.POSITIVE_INFINITY): void {
    this.#fault = { fault, left: count };
  }

  heal(): void {
    this.#fault = undefined;
  }

  /** Ends every connection, also those that hang. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method} ${request.url}`;
    if (!this.#admits(request)) return sendError(response, 401);
    if (route === 'GET /v1/models')
      return sendJson(response, 200, modelList(this.#options.model ?? 'simulated'));
    if (route !== 'POST /v1/chat/completions') return sendError(response, 404);
    const received = asReceived(await json(request));
    this.requests.push(received);
    await this.#answer(received, response, this.#nextFault());
  }

  #admits(request: IncomingMessage): boolean {
    const { apiKey } = this.#options;
    return apiKey === undefined || request.headers.authorization === `Bearer ${apiKey}`;
  }

  #nextFault(): ChatFault | undefined {
    if (!this.#fault || this.#fault.left <= 0) return undefined;
    this.#fault.left--;
    return this.#fault.fault;
  }

  async #answer(
    received: ReceivedRequest,
    response: ServerResponse,
    fault: ChatFault | undefined,
  ): Promise<void> {
    if (fault?.kind === 'refused') return void response.destroy();
    if (fault?.kind === 'status') return sendError(response, fault.status);
    if (fault?.kind === 'garbage' && fault.what === 'html') return void response.end(HTML_PAGE);

    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished && fault?.kind !== 'cut') this.#abortedCount++;
      gone.abort();
    });
    this.#answering++;
    try {
      await this.#stream(received, response, fault, gone.signal);
    } catch (error) {
      if (!gone.signal.aborted) throw error;
    } finally {
      this.#answering--;
    }
  }

  async #stream(
    received: ReceivedRequest,
    response: ServerResponse,
    fault: ChatFault | undefined,
    gone: AbortSignal,
  ): Promise<void> {
    if (fault?.kind === 'hang' && !fault.afterTokens) return hang(gone);
    const { firstTokenMs, perTokenMs } = this.#pace(fault);
    const answer = fault?.kind === 'garbage' ? '' : script(this.#options.reply, received);
    const calls = callsOf(answer);
    const all = tokensOf(wordsOf(answer));
    const tokens = fault && 'afterTokens' in fault ? all.slice(0, fault.afterTokens) : all;

    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.flushHeaders();
    response.write(chunkEvent(received.model, { role: 'assistant', content: '' }));
    for (const [index, token] of tokens.entries()) {
      const waitMs = index === 0 ? firstTokenMs : perTokenMs;
      if (waitMs > 0) await sleep(this.#clock, waitMs, gone);
      response.write(chunkEvent(received.model, { content: token }));
    }
    if (fault?.kind === 'hang') return hang(gone);
    for (const delta of toolCallDeltas(calls, this.requests.length))
      response.write(chunkEvent(received.model, delta));
    // Not before all of it is on its way: what was written and never sent would be another fault.
    if (fault?.kind === 'cut') return void response.write(': \n\n', () => response.destroy());
    if (fault?.kind === 'unfinished') return void response.end();
    if (fault?.kind === 'garbage' && fault.what !== 'html') response.write(GARBAGE_EVENTS[fault.what]);
    response.write(chunkEvent(received.model, {}, calls.length > 0 ? 'tool_calls' : 'stop'));
    if (received.stream_options?.include_usage)
      response.write(usageEvent(received.model, promptTokensOf(received.messages), tokens.length));
    response.end(DONE_EVENT);
  }

  #pace(fault: ChatFault | undefined): ChatPace {
    if (fault?.kind === 'slow') return fault;
    return { firstTokenMs: this.#options.firstTokenMs ?? 0, perTokenMs: this.#options.perTokenMs ?? 0 };
  }
}

/** A message that only wants tools has null for its words. */
function asReceived(body: unknown): ReceivedRequest {
  const { messages, ...rest } = body as ReceivedRequest;
  return { ...rest, messages: messages.map((each) => ({ ...each, content: each.content ?? '' })) };
}

function callsOf(answer: ScriptedAnswer): ScriptedCalls['calls'] {
  return typeof answer === 'object' && 'calls' in answer ? answer.calls : [];
}

function wordsOf(answer: ScriptedAnswer): string | readonly string[] {
  return typeof answer === 'object' && 'calls' in answer ? (answer.say ?? '') : answer;
}

/** As models count: the same pieces that they write in. */
function promptTokensOf(messages: readonly ReceivedMessage[]): number {
  return messages.reduce((sum, { content }) => sum + tokensOf(content).length, 0);
}

function script(reply: ChatScript, { messages, tools = [] }: ReceivedRequest): ScriptedAnswer {
  if (typeof reply === 'function')
    return reply(
      messages,
      tools.map((tool) => tool.function.name),
    );
  const asked = messages.findLast(({ role }) => role === 'user' || role === 'tool')?.content ?? '';
  const rule = reply.find(([when]) =>
    typeof when === 'string' ? asked.toLowerCase().includes(when.toLowerCase()) : asked.search(when) >= 0,
  );
  return rule?.[1] ?? 'Хорошо.';
}

async function hang(gone: AbortSignal): Promise<void> {
  if (!gone.aborted) await once(gone, 'abort');
}

function sendError(response: ServerResponse, status: number): void {
  sendJson(response, status, errorBody(status));
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
