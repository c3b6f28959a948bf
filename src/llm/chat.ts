/**
 * What thinks: a language model that answers a conversation token by token.
 */
export interface Chat {
  /** Stands in logs and metrics. */
  readonly name: string;
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
  /** What the model wants done: a tool that it was offered, by its name. `input` is JSON as the model wrote it, checked by nobody. */
  | { readonly kind: 'toolCall'; readonly id: string; readonly name: string; readonly input: string };

/** The words alone, for whoever has offered no tools. Ends and throws as the reply does. */
export async function* textsOf(reply: AsyncIterable<ReplyEvent>): AsyncGenerator<string> {
  for await (const event of reply) if (event.kind === 'text') yield event.text;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** The profile's choice; the settings' model if not given. */
  readonly model?: string | undefined;
  /** Not sent if not given. */
  readonly temperature?: number | undefined;
  readonly maxTokens: number;
  /** Told at most once, of what the provider counted; never for a reply that was given up, or where the provider does not tell. */
  readonly onUsage?: (usage: ChatUsage) => void;
}

/** Tokens. */
export interface ChatUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}
