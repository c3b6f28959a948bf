/** By which last words a turn without punctuation sounds finished, or as if a word were missing. Words are as `wordsOf` gives them. */
export interface FinalityTable {
  /** A whole turn, by itself or with others of these: yes, no, thanks, goodbye. */
  readonly wholes: ReadonlySet<string>;
  /** Last words, up to three, behind which a turn is seldom continued: courtesies, times, "again". */
  readonly closing: ReadonlySet<string>;
  /** Forms of last words of which the same is true. */
  readonly closingForms: RegExp;
  /** Last words, up to three, that want another: subjects, auxiliaries, words of degree. */
  readonly wanting: ReadonlySet<string>;
  /** Forms of last words that want another: an adjective, where it stands before its noun. */
  readonly wantingForms: RegExp;
  /** A clause begins with these: what follows is counted anew. */
  readonly joints: ReadonlySet<string>;
  /** Words that ask where they come first, besides the language's `questionWords`. */
  readonly asking: ReadonlySet<string>;
}

/** A form that no word has. */
export const NO_FORM = /(?!)/u;
