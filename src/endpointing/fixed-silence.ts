import type { EndOfTurn } from './end-of-turn.ts';

/** The same silence whatever was said: for recognizers that tell nothing before the turn is over. */
export function fixedSilence(silenceMs: number): EndOfTurn {
  // One pause is as likely the end as another.
  return { waitMs: () => silenceMs, likelyAllMs: () => 0 };
}
