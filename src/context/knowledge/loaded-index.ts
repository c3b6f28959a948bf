/** An index in memory: what searches are made in. */
import type { FoundPassage } from './found-passage.ts';
import type { KeptIndex, KeptVectors } from './index-file.ts';
import type { Passage } from './passages.ts';
import { fusedRanks } from './rank-fusion.ts';
import { WordIndex } from './word-index.ts';

export interface FindOptions {
  readonly most: number;
  /** The question's; used if it has as many dimensions as the passages' have. */
  readonly vector?: Float32Array | undefined;
}

/** Of each ranking, for their fusion: what comes later in both is no answer. */
const RANKED = 50;

export class LoadedIndex {
  readonly #passages: readonly Passage[];
  readonly #words: WordIndex;
  readonly #vectors: KeptVectors | undefined;

  private constructor(kept: KeptIndex, words: WordIndex) {
    this.#passages = kept.passages;
    this.#vectors = kept.vectors;
    this.#words = words;
  }

  static async load(kept: KeptIndex): Promise<LoadedIndex> {
    return new LoadedIndex(kept, await WordIndex.load(kept.words));
  }

  /** The best first. */
  find(question: string, { most, vector }: FindOptions): readonly FoundPassage[] {
    if (vector === undefined || vector.length !== this.#vectors?.dimensions)
      return this.#words
        .find(question, most)
        .flatMap(({ at, score, terms }) => this.#found(at, score, terms));
    const byWords = this.#words.find(question, RANKED);
    const terms = new Map(byWords.map((match) => [match.at, match.terms]));
    return fusedRanks([byWords.map(({ at }) => at), this.#nearest(vector, this.#vectors)])
      .slice(0, most)
      .flatMap(({ at, score }) => this.#found(at, score, terms.get(at) ?? []));
  }

  #found(at: number, score: number, terms: readonly string[]): readonly FoundPassage[] {
    const passage = this.#passages[at];
    return passage ? [{ ...passage, score, terms }] : [];
  }

  /** All are of length 1: the product is the cosine of the angle. */
  #nearest(vector: Float32Array, { dimensions, values }: KeptVectors): readonly number[] {
    const products = this.#passages.map((_, at) => {
      let product = 0;
      for (let of = 0, from = at * dimensions; of < dimensions; of++)
        product += (vector[of] ?? 0) * (values[from + of] ?? 0);
      return { at, product };
    });
    return products
      .toSorted((a, b) => b.product - a.product)
      .slice(0, RANKED)
      .map(({ at }) => at);
  }
}
