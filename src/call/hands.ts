/** The bot's hands (tool use): what it can have done for the caller, and how it says that it is doing so. */
import type { ToolCall, ToolOffer } from '../llm/chat.ts';
import type { ToolOutcome } from '../tools/tool.ts';

export interface Hands {
  /** How often in one answer the model may ask for tools; then it has to speak. */
  readonly maxRounds: number;
  /** What the model may ask for at present. */
  offers(): readonly ToolOffer[];
  /** What is said while this is being done; undefined for nothing. */
  saying(call: ToolCall): string | undefined;
  /**
   * Does it. What changes anything begins only when `confirmed` has resolved. Throws the signal's reason; whatever else goes wrong is in
   * the outcome. What must be finished is finished behind an abort as well.
   */
  use(
    call: ToolCall,
    when: { readonly confirmed: Promise<void>; readonly signal: AbortSignal },
  ): Promise<ToolOutcome>;
}
