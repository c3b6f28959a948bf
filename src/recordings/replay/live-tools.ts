/**
 * Today's tools in a recorded call. What only looks is asked again. What changes anything was done when the call was recorded, and nobody
 * wants it done twice: it has its recorded outcome, or none, unless that is asked for in so many words.
 */
import type { BotAbilities } from '../../call/abilities.ts';
import type { Tool } from '../../tools/tool.ts';
import type { ReplayedTools } from './replayed-tools.ts';
import type { Missing } from './unanswered.ts';

type Tools = BotAbilities['tools'];

export interface LiveToolsOptions {
  readonly withEffects: boolean;
  readonly missing: Missing;
}

export function liveTools(
  tools: Tools,
  recorded: ReplayedTools | undefined,
  { missing, withEffects }: LiveToolsOptions,
): Tools {
  if (!tools) return recorded;
  const tame = (tool: Tool): Tool => {
    if (tool.readOnly || tool.staysInCall || withEffects) return tool;
    return {
      ...tool,
      run: (...asked) => {
        const [input] = asked;
        if (recorded?.has(tool.name, input)) return recorded.run(tool, ...asked);
        throw missing(
          `${tool.name} changes something outside the call, and would do so once more: it was not done.`,
          'tools-with-effects',
        );
      },
    };
  };
  return { maxRounds: tools.maxRounds, list: (ports) => tools.list(ports).map(tame) };
}
