/** What thinks: a language model that answers a conversation token by token. */
import type { JsonObject } from '../base/json.ts';

export interface Chat {
  /** Stands in logs and metrics. */
  readonly name: string;
  /** A request that is asked again is answered by another model, whoever asks. */
  readonly hasSecond?: boolean;
  /**
   * Streams the reply as it comes: without what the model thinks, and at most about `maxTokens` of it. Ends when the model has finished;
   * throws a ParleyError LLM_*, also after some text. An answer that holds no word at all may be only marks.
   * An abort reaches the server, and the iteration then throws the signal's reason.
   */
  reply(request: ChatRequest, signal: AbortSignal): AsyncIterable<ReplyEvent>;
}

export type ReplyEvent =
  /** A piece of what the caller is to hear, as long as the model sends them. */
  | { readonly kind: 'text'; readonly text: string }
  /** What the model wants done. They come when the model has finished, behind all text. */
  | ({ readonly kind: 'toolCall' } & ToolCall);

/** The use of a tool that was offered, by its name. */
export interface ToolCall {
  /** The same in the message that carries its result. */
  readonly id: string;
  readonly name: string;
  /** JSON as the model wrote it, checked by nobody. */
  readonly input: string;
  /** What else the provider wants to see again with it, JSON: Gemini's thought signature. */
  readonly extra?: string;
}

/** A tool as the model reads of it. */
export interface ToolOffer {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: JsonObject;
}

/** The words alone, for whoever has offered no tools. Ends and throws as the reply does. */
export async function* textsOf(reply: AsyncIterable<ReplyEvent>): AsyncGenerator<string> {
  for await (const event of reply) if (event.kind === 'text') yield event.text;
}

/** Who has the model. */
export const CHAT_PROVIDERS = ['openai', 'gemini'] as const;
export type ChatProvider = (typeof CHAT_PROVIDERS)[number];

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** The profile's choice; as the settings say if not given. */
  readonly provider?: ChatProvider | undefined;
  /** The profile's choice; the settings' model if not given. */
  readonly model?: string | undefined;
  /** Not sent if not given. */
  readonly temperature?: number | undefined;
  readonly maxTokens: number;
  /** Who is asked when this model is late or fails, and after how long, milliseconds; as the settings say if not given. */
  readonly second?:
    { readonly model?: string | undefined; readonly afterMs?: number | undefined } | undefined;
  /** The answer to the same request has broken off before any of it was heard. */
  readonly isAgain?: boolean;
  /** An answer without a word is one: somebody else speaks behind it. */
  readonly mayBeSilent?: boolean;
  /** None are offered if not given or empty. */
  readonly tools?: readonly ToolOffer[];
  /** Told at most once, of what the provider counted; never for a reply that was given up, or where the provider does not tell. */
  readonly onUsage?: (usage: ChatUsage) => void;
}

/** Tokens. */
export interface ChatUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  /** Of an assistant: what it wanted done. Each is followed by a message of its result. */
  readonly toolCalls?: readonly ToolCall[];
  /** Of a tool: which call this is the result of. */
  readonly toolCallId?: string;
}
