/**
 * What thinks: a language model that answers a conversation token by token.
 */
export interface Chat {
  /** Stands in logs and metrics. */
  readonly name: string;
  /**
   * Streams the reply as pieces of text for the caller: without what the model thinks, and at most about `maxTokens` of it. Ends when the
   * model has finished; throws a ParleyError LLM_*, also after some text. An answer that holds no word at all may be only marks.
   * An abort reaches the server, and the iteration then throws the signal's reason.
   */
  reply(request: ChatRequest, signal: AbortSignal): AsyncIterable<string>;
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
