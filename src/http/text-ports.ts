/** What POST /stream-message needs of the service. */
import type { CallEndCause, SpeechKind } from '../timeline/timeline.ts';

export interface TextOrder {
  /** Of a new conversation; the default bot without a name. */
  readonly bot?: string | undefined;
  /** One that goes on. */
  readonly conversation?: string | undefined;
  /** Without it a new conversation is begun, and the bot says how it opens. */
  readonly text?: string | undefined;
}

/** `atMs`: since the request. */
export type ExchangeEvent =
  | { readonly event: 'chunk'; readonly kind: SpeechKind; readonly text: string; readonly atMs: number }
  | {
      readonly event: 'end';
      readonly conversation: string;
      readonly endedBy: 'waiting' | 'over';
      /** Why the call is over; null while it is not. */
      readonly cause: CallEndCause | null;
      readonly atMs: number;
    };

export interface Exchange {
  readonly conversation: string;
  /** What the bot says, as it says it, and behind that one `end`. */
  readonly events: AsyncIterable<ExchangeEvent>;
  /** Whoever asked reads no more. A conversation whose name they have not been told ends. */
  readonly abandon: () => void;
}

export interface TextPorts {
  /** Throws BOT_PROFILE_UNKNOWN, CONVERSATION_UNKNOWN, CONVERSATION_BUSY, CONVERSATIONS_FULL or CALL_REFUSED. */
  exchange(order: TextOrder): Exchange;
}
