/** A text as the terms that it is found by. Each word is read in the language of its own letters: documents and callers mix them. */
import { languageByScript, LANGUAGES } from './registry.ts';
import type { KnownLanguage } from './registry.ts';
import { withDigits } from './spoken-numbers.ts';
import { wordsOf } from './words.ts';

export interface SearchTerm {
  readonly term: string;
  /** 1 for what was said, less for each further guess at its stem. */
  readonly weight: number;
}

/** How much less each further guess counts. */
const GUESS = 0.6;

/** No word of a person's is longer. */
const MOST_CHARS = 40;

/** The terms of a document's text, in its order; numbers in words are digits. */
export function indexTerms(text: string): string[] {
  return searchWords(text).flatMap((word) => stemsOf(word));
}

/**
 * The terms of a spoken question, each once. Without stop words; a question of nothing else has no terms. All guesses at one word come
 * together, as one entry.
 */
export function questionTerms(text: string): readonly (readonly SearchTerm[])[] {
  const words = new Set(searchWords(text).filter((word) => !isStopWord(word)));
  return [...words].map((word) => stemsOf(word).map((term, at) => ({ term, weight: GUESS ** at })));
}

function searchWords(text: string): string[] {
  const words = wordsOf(text).filter(({ length }) => length <= MOST_CHARS);
  return withDigits(words, languageByScript(text) ?? 'en');
}

/** Stems that were made: documents and callers use the same few thousand words again and again, and a stem costs more than all else. */
const made = new Map<string, readonly string[]>();
const MOST_MADE = 50_000;

function stemsOf(word: string): readonly string[] {
  const known = made.get(word);
  if (known) return known;
  const stems = /\d/.test(word) ? [word] : LANGUAGES[languageOfWord(word)].search.stems(word);
  if (made.size >= MOST_MADE) made.clear();
  made.set(word, stems);
  return stems;
}

function isStopWord(word: string): boolean {
  return LANGUAGES[languageOfWord(word)].search.stopWords.has(word);
}

function languageOfWord(word: string): KnownLanguage {
  return languageByScript(word) ?? 'en';
}
