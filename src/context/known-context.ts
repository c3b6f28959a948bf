/** What is known of a call from elsewhere when an answer begins. */
import type { ErrorCode } from '../base/error-catalogue.ts';
import type { Json } from '../base/json.ts';
import type { FoundPassage } from './knowledge/found-passage.ts';

/** embeddings: what passages are found by beside their words. */
export type ContextSource = 'caller' | 'knowledge' | 'embeddings';

export interface KnownContext {
  /** What the lookup by number has answered; undefined if it has not, or was not asked. */
  readonly caller?: Json;
  /** The best first. */
  readonly passages: readonly FoundPassage[];
  /** What this answer has to do without. It is there for the next one if it comes. */
  readonly late: readonly ContextSource[];
}

/** One source's answer, when it is there. */
export interface ContextFacts {
  readonly source: ContextSource;
  /** Of the call's clock. */
  readonly startedAtMs: number;
  readonly tookMs: number;
  /** An answer was made without it. */
  readonly late: boolean;
  /** Passages, or 1 for a caller who is known. */
  readonly found: number;
  /** Why there is nothing. */
  readonly failure?: ErrorCode;
}
