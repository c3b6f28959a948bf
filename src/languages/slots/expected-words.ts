/** Words that an answer may be expected to hold, for a recognizer that can be told some. */
import type { SlotSpec } from './slot.ts';

/** Empty where anything may be said. */
export function expectedWords(slot: SlotSpec | undefined): readonly string[] {
  if (slot?.type !== 'oneOf') return [];
  return [...new Set(Object.entries(slot.values ?? {}).flatMap(([value, others]) => [value, ...others]))];
}
