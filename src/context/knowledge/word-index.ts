/** Passages by their words: BM25, with the words' stems. */
import MiniSearch from 'minisearch';
import type { AsPlainObject, Options } from 'minisearch';
import { indexTerms, questionTerms } from '../../languages/search-terms.ts';
import type { Passage } from './passages.ts';
import { SimilarTerms } from './similar-terms.ts';

/** A passage by its place in the list. */
export interface WordMatch {
  readonly at: number;
  readonly score: number;
  /** The terms of the question that it holds. */
  readonly terms: readonly string[];
}

/** A heading says what the passage is about; the title says it of all passages of a file, so it tells less. */
const BOOSTS = { headings: 2, title: 1.2, text: 1 };

/** Against the best match: what is found by a word or two in passing is left out. */
const FEWEST_OF_BEST = 0.3;

/**
 * Places where the words of one question stand, all together: what is searched within a few milliseconds. The seldom words come first;
 * those that stand in every other passage tell little.
 */
const MOST_PLACES = 2500;

/** How much a term counts that only looks like what was asked for. */
const LIKE = 0.6;

interface Indexed {
  readonly id: number;
  readonly title: string;
  readonly headings: string;
  readonly text: string;
}

const OPTIONS: Options<Indexed> = {
  fields: ['title', 'headings', 'text'],
  tokenize: (text) => indexTerms(text),
  processTerm: (term) => term,
};

export class WordIndex {
  readonly #search: MiniSearch<Indexed>;
  /** In how many places each term stands. */
  readonly #places: ReadonlyMap<string, number>;
  readonly #similar: SimilarTerms;

  private constructor(search: MiniSearch<Indexed>, { index }: AsPlainObject) {
    this.#search = search;
    this.#places = new Map(index.map(([term, fields]) => [term, placesIn(fields)]));
    this.#similar = new SimilarTerms([...this.#places.keys()]);
  }

  /** What `load` takes, as JSON. */
  static build(passages: readonly Passage[]): string {
    const search = new MiniSearch(OPTIONS);
    search.addAll(
      passages.map(({ title, headings, text }, id) => ({ id, title, headings: headings.join('\n'), text })),
    );
    return JSON.stringify(search);
  }

  /** Lets others have a turn meanwhile. Throws whatever is thrown for what is none. */
  static async load(built: AsPlainObject): Promise<WordIndex> {
    return new WordIndex(await MiniSearch.loadJSAsync(built, OPTIONS), built);
  }

  /** The best first, at most `most`. Nothing for a question without a word to look for. */
  find(question: string, most: number): readonly WordMatch[] {
    const weights = this.#weights(question);
    if (weights.size === 0) return [];
    const found = this.#search.search([...weights.keys()].join(' '), {
      tokenize: (terms) => terms.split(' '),
      boost: BOOSTS,
      boostTerm: (term) => weights.get(term) ?? 1,
    });
    const best = found[0]?.score ?? 0;
    return found
      .slice(0, most)
      .filter(({ score }) => score >= best * FEWEST_OF_BEST)
      .map(({ id, score, terms }) => ({ at: id as number, score, terms }));
  }

  #weights(question: string): ReadonlyMap<string, number> {
    const words = questionTerms(question)
      .map((word) => {
        const known = word.filter(({ term }) => this.#places.has(term));
        const wanted = known.length > 0 ? known : word.flatMap(({ term }) => this.#alike(term));
        return { wanted, places: wanted.reduce((sum, { term }) => sum + (this.#places.get(term) ?? 0), 0) };
      })
      .toSorted((a, b) => a.places - b.places);
    const weights = new Map<string, number>();
    let left = MOST_PLACES;
    for (const { wanted, places } of words) {
      if (places > left && weights.size > 0) break;
      left -= places;
      for (const { term, weight } of wanted) weights.set(term, Math.max(weight, weights.get(term) ?? 0));
    }
    return weights;
  }

  #alike(term: string) {
    return this.#similar.to(term).map(({ term, likeness }) => ({ term, weight: likeness * LIKE }));
  }
}

function placesIn(fields: AsPlainObject['index'][number][1]): number {
  return Object.values(fields).reduce((sum, passages) => sum + Object.keys(passages).length, 0);
}
