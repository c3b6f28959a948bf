/** What the search tables use of snowball-stemmers 0.6.0, which has no types of its own. */
declare module 'snowball-stemmers' {
  interface Stemmer {
    /** `word` in lower case. */
    stem(word: string): string;
  }
  const snowball: { newStemmer(language: 'russian' | 'english'): Stemmer };
  export { snowball as default };
}
