/** What becomes of a flow's state beside its steps. Pure. */
import type { Json } from '../../base/json.ts';
import { seededRandom } from '../../base/seeded.ts';
import type { FlowState } from './flow-state.ts';
import { jsonOf, partOf } from './flow-texts.ts';
import type { ToolResult } from './flow-turn.ts';

/** A tool has run: what `names` (`result.stock.items`) name of its answer is kept. */
export function withResult(
  state: FlowState,
  names: readonly string[],
  tool: string,
  { status, content }: ToolResult,
): FlowState {
  const answer = jsonOf(content);
  const kept = names
    .filter((result) => result.split('.')[1] === tool)
    .map((result): [string, Json] => {
      if (result === `result.${tool}.status`) return [result, status];
      return [result, (status === 'done' ? partOf(answer, result) : undefined) ?? null];
    });
  return { ...state, results: { ...state.results, ...Object.fromEntries(kept) } } as FlowState;
}

/** The caller was led away: with what to come back, not the same phrase twice in a row. */
export function returning(
  state: FlowState,
  phrases: readonly string[],
  seed: number,
): { readonly state: FlowState; readonly phrase: string } {
  const { digressions, lastReturn } = state;
  const others = phrases.flatMap((_, at) => (at === lastReturn && phrases.length > 1 ? [] : [at]));
  const chance = seededRandom(seed + digressions)();
  const chosen = others[Math.floor(chance * others.length)] ?? 0;
  return {
    state: { ...state, digressions: digressions + 1, lastReturn: chosen },
    phrase: phrases[chosen] ?? '',
  };
}
