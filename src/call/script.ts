/** The part of a script (flow) in one answer: what the model is told of it, what of its words may be said, and what is said behind them. */
import type { ToolOffer } from '../llm/chat.ts';
import type { CallAction, ToolOutcome } from '../tools/tool.ts';

export interface Script {
  /** Added to the prompt. */
  readonly prompt: string;
  /** By which the model proposes what the caller has answered. */
  readonly offers: readonly ToolOffer[];
  /** Undefined for a tool that is not the script's. Never throws: a refusal is an outcome. */
  use(name: string, input: string): ToolOutcome | undefined;
  /** What of these words of the model may be said; '' for nothing. */
  admitted(text: string): string;
  /** Once, when the model has finished. `said`: whether any of its words were admitted. */
  close(said: boolean): ScriptEnd;
}

export interface ScriptEnd {
  /** Said behind the model's words: the question that is open now. */
  readonly say: string | undefined;
  /** What the call does then. */
  readonly action: CallAction | undefined;
}
