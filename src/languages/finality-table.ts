/** By which last words a turn without punctuation sounds finished, or as if a word were missing. Words are as `wordsOf` gives them. */
export interface FinalityTable {
  /** A whole turn, by itself or with others of these: yes, no, thanks, goodbye. */
  readonly wholes: ReadonlySet<string>;
  /** Last words, up to three, behind which a turn is seldom continued: courtesies, times, "again". */
  readonly closing: ReadonlySet<string>;
  /** Forms of last words of which the same is true. */
  readonly closingForms: RegExp;
  /** Those of verbs that may want an object behind them, among the forms above. */
  readonly infinitives: RegExp;
  /** Last words, up to three, that want another: subjects, auxiliaries, words of degree. */
  readonly wanting: ReadonlySet<string>;
  /** Forms of last words that want another: an adjective, where it stands before its noun. */
  readonly wantingForms: RegExp;
  /** Whole turns that end like one which wants another: an adjective behind the noun of which it tells. Looked for in words apart by single spaces. */
  readonly predicateForms: RegExp;
  /** Want a number behind them, unless one stands before them: "house", "apartment". */
  readonly labels: ReadonlySet<string>;
  /** Before a label these say which one is meant: "the", "my". */
  readonly unlabelled: ReadonlySet<string>;
  /** Letters that stand for "and" or "that" at the beginning of a word. */
  readonly prefixes: string;
  /** Greetings, with which a sentence has not begun. */
  readonly greetings: ReadonlySet<string>;
  /** Greetings that only call for attention: what is wanted follows. */
  readonly attentions: ReadonlySet<string>;
  /** Say no of what follows: "I do not know the number". */
  readonly denying: ReadonlySet<string>;
  /** Whole sentences that say of something what it does not do, "the phone won't charge"; not of oneself: "I don't remember" may go on. */
  readonly denials: RegExp;
  /** The ends of sentences whose last clause only begins, or only says when: "so please", "and when I came back". */
  readonly clauseOpeners: RegExp;
  /** Whole turns that only begin: an imperative whose object is still to come, somebody to whom something was done. */
  readonly beginnings: RegExp;
  /** Whole turns that announce a name or a number: "it is". */
  readonly introductions: RegExp;
  /** Courtesies that may stand behind a word which wants another: "tell me please". */
  readonly courtesies: ReadonlySet<string>;
  /** Say yes, or that one listens: what was asked for, if it was no yes, is still to come. */
  readonly affirmations: ReadonlySet<string>;
  /** First words of a question that is asked back: no answer, however short. */
  readonly askingBack: ReadonlySet<string>;
  /** Of turns with so many words two of three are over; of those with fewer, most go on. */
  readonly sentenceWords: number;
  /** A clause begins with these: what follows is counted anew. */
  readonly joints: ReadonlySet<string>;
  /** Yes and no. */
  readonly answers: ReadonlySet<string>;
  /** What stands before an answer without changing that it is one: "I think so", "not yet". */
  readonly hedges: ReadonlySet<string>;
  /** Subjects and negations of short answers. */
  readonly subjects: ReadonlySet<string>;
  /** Those behind which a bare verb may be the whole answer: "I don't want", in languages that negate with a word; subjects where that is enough. */
  readonly negations: ReadonlySet<string>;
  /** With these a short answer is whole, with a subject or without: "fine", "it suits". */
  readonly predicates: ReadonlySet<string>;
  /** Last words, up to three, that want another in a sentence, and repeat what was asked in an answer: "yes I do". */
  readonly echoes: ReadonlySet<string>;
  /** What says yes and then no is no repetition: more is to come. */
  readonly contrasts: RegExp;
  /** Words that ask where they come first, besides the language's `questionWords`. */
  readonly asking: ReadonlySet<string>;
  /** Of days and hours: "from the third", "till Friday". */
  readonly ranges: RangeWords;
}

export interface RangeWords {
  /** In words apart by single spaces, with one before and behind. */
  readonly from: RegExp;
  readonly until: RegExp;
}

/** A form that no word has. */
export const NO_FORM = /(?!)/u;
