import type { Passage } from './passages.ts';

export interface FoundPassage extends Passage {
  /** Comparable only within one search. */
  readonly score: number;
  /** Terms of the question that it holds: stems, not words. Empty if it was found by its meaning alone. */
  readonly terms: readonly string[];
}
