/** Terms that look alike: for a word that is in no document as it was heard, or as it was inflected. */

/** Of pairs of letters groups that two terms share (Dice): `משלוחים` and `משלוח` share more, `доставка` and `достаток` less. */
const ALIKE = 0.55;
const MOST_SIMILAR = 4;

export class SimilarTerms {
  readonly #terms: readonly string[];
  readonly #sizes: readonly number[];
  readonly #byTrigram = new Map<string, number[]>();

  constructor(terms: readonly string[]) {
    // Numbers that look alike are different numbers.
    this.#terms = terms.filter((term) => !/\d/.test(term));
    this.#sizes = this.#terms.map((term, at) => {
      const trigrams = trigramsOf(term);
      for (const trigram of trigrams) {
        const known = this.#byTrigram.get(trigram);
        if (known) known.push(at);
        else this.#byTrigram.set(trigram, [at]);
      }
      return trigrams.size;
    });
  }

  /** The most similar first; `likeness` from 0 to 1. */
  to(term: string): readonly { readonly term: string; readonly likeness: number }[] {
    if (/\d/.test(term)) return [];
    const shared = new Map<number, number>();
    const trigrams = trigramsOf(term);
    for (const trigram of trigrams)
      for (const at of this.#byTrigram.get(trigram) ?? []) shared.set(at, (shared.get(at) ?? 0) + 1);
    return [...shared]
      .map(([at, count]) => ({
        term: this.#terms[at] ?? '',
        likeness: (2 * count) / (trigrams.size + (this.#sizes[at] ?? 0)),
      }))
      .filter(({ likeness }) => likeness >= ALIKE)
      .toSorted((a, b) => b.likeness - a.likeness)
      .slice(0, MOST_SIMILAR);
  }
}

function trigramsOf(term: string): ReadonlySet<string> {
  const edged = `^${term}$`;
  return new Set(Array.from({ length: Math.max(1, edged.length - 2) }, (_, at) => edged.slice(at, at + 3)));
}
