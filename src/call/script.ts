/** The part of a script (flow) in one answer: what the model is told of it, what of its words may be said, and what is said behind them. */
import type { ToolCall, ToolOffer } from '../llm/chat.ts';
import type { CallAction, ToolOutcome } from '../tools/tool.ts';

export interface Script {
  /** What the caller said, as the model and any file may have it. */
  readonly callerText: string;
  /** Added to the prompt: where the script stands now. */
  readonly prompt: string;
  /** By which the model proposes what the caller has answered. */
  readonly offers: readonly ToolOffer[];
  /** Undefined for a tool that is not the script's. Never rejects: a refusal is an outcome. */
  use(name: string, input: string): Promise<ToolOutcome> | undefined;
  /** The model has had another tool used: conditions of the script may ask what came of it. */
  done(name: string, outcome: ToolOutcome): void;
  /** What of these words of the model may be said; '' for nothing. */
  admitted(text: string): string;
  /** The caller's answer is certain without the model: if that fails, the script goes on alone. */
  readonly isAnswered: boolean;
  /** The caller begins to hear the answer. Once. */
  begun(): void;
  /** Once, when the model has finished. */
  close(): ScriptEnd;
  /** The tool that the end wanted has been used. */
  goOn(name: string, outcome: ToolOutcome): ScriptEnd;
  /** The answer is over. Once, and nothing else afterwards. */
  over(fate: AnswerFate): void;
}

/** A script before the caller has said anything. */
export interface OpeningScript extends Script {
  /** What it begins with. */
  readonly end: ScriptEnd;
}

/** What became of an answer: the caller heard it, or did not hear its end, or it was thrown away before its turn. */
export type AnswerFate = 'heard' | 'interrupted' | 'unused';

/** What is said, and what any file may have of it. */
export interface Words {
  readonly said: string;
  readonly written: string;
}

export interface ScriptEnd {
  /** Behind the model's words: the question that is open now. */
  readonly say: Words | undefined;
  /** To be used then; `goOn` tells what follows. */
  readonly tool: ToolCall | undefined;
  /** What the call does then. */
  readonly action: CallAction | undefined;
}
