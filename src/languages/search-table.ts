/** How words of a language are looked for: what the ends and the beginnings of words add, and which words say nothing. */

export interface SearchTable {
  /** Words of `wordsOf` that nobody looks for: those of grammar, of politeness, and those that fill a spoken question. */
  readonly stopWords: ReadonlySet<string>;
  /**
   * What a word of `wordsOf` may be found by, the likeliest first: its stem, or itself without the letters that stand before it. Each
   * further one is a guess, and counts for less.
   */
  readonly stems: (word: string) => readonly [string, ...string[]];
}
