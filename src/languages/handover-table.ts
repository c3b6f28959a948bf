/** What is said when a caller is handed over to a colleague: one such table a language. */
export interface HandoverWords {
  /** To the caller, who is back, by what kept the colleague. */
  readonly failed: {
    readonly noAnswer: string;
    readonly busy: string;
    readonly declined: string;
    readonly unreachable: string;
  };
  /** To the colleague, before it is told who calls and why. */
  readonly opening: string;
  /** Behind that; both keys and words answer it. */
  readonly question: string;
  /** When nothing, or nothing clear, was answered. */
  readonly again: string;
  /** Said for yes and for no here and nowhere else: phrases, as `wordsOf` gives them. */
  readonly yes: readonly string[];
  readonly no: readonly string[];
}
