/** What the model has kept with `rememberFact`: it is in the history, and so a call that goes on after a restart knows it still. */
import { jsonObjectOf } from '../base/json.ts';
import { KEPT, REMEMBER_FACT } from '../tools/built-in.ts';
import type { HistoryMessage } from '../llm/prompt.ts';

/** By name; of two of one name the later. */
export function rememberedIn(messages: readonly HistoryMessage[]): Readonly<Record<string, string>> {
  const kept = messages
    .flatMap(({ done = [] }) => done)
    .filter(({ name, result }) => name === REMEMBER_FACT && result === KEPT);
  return Object.fromEntries(
    kept.flatMap(({ input }) => {
      const { name, value } = jsonObjectOf(input) ?? {};
      return typeof name === 'string' && typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
}
