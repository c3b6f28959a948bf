/** One order out of two: reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009). */

/** As in the paper: how little the very first places count more than the next. */
const RANK_OFFSET = 60;

/** `rankings` hold things by number, the best first. The best of all first, with its score. */
export function fusedRanks(
  rankings: readonly (readonly number[])[],
): readonly { readonly at: number; readonly score: number }[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings)
    ranking.forEach((at, rank) => scores.set(at, (scores.get(at) ?? 0) + 1 / (RANK_OFFSET + rank + 1)));
  return [...scores].map(([at, score]) => ({ at, score })).toSorted((a, b) => b.score - a.score);
}
