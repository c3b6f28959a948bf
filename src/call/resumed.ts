import type { HistoryMessage } from '../llm/prompt.ts';

/** A conversation that began before Parley was started again. */
export interface Resumed {
  readonly messages: readonly HistoryMessage[];
  readonly turn: number;
  /** Since its beginning, of the time that a call may take. */
  readonly elapsedMs: number;
  /** What was spoken last, BCP-47; the bot's first language if not given. */
  readonly language?: string;
}
