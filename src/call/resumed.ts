import type { HistoryMessage } from '../llm/prompt.ts';
import type { ConsentOutcome } from '../timeline/kinds.ts';
import type { EarlierUse } from '../tools/journal/tool-journal.ts';
import type { FlowState } from './flow/flow-state.ts';

/** A conversation that began before Parley was started again. */
export interface Resumed {
  readonly messages: readonly HistoryMessage[];
  readonly turn: number;
  /** The id of the call in which it began: tools know it by that, so that nothing is done twice. */
  readonly conversation?: string | undefined;
  /** Where its script was left. */
  readonly flow?: FlowState | undefined;
  /** What was done in it, as the journal tells. */
  readonly earlier?: readonly EarlierUse[] | undefined;
  /** It was given away between two turns: nothing that was said is missing, and nobody need hear of it. */
  readonly isSeamless?: boolean;
  /** Since its beginning, of the time that a call may take. */
  readonly elapsedMs: number;
  /** What was spoken last, BCP-47; the bot's first language if not given. */
  readonly language?: string;
  /** Whether it may be recorded, if that was decided. */
  readonly consent?: ConsentOutcome;
}
