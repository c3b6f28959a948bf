import type { FinalityTable } from './finality-table.ts';
import type { HandoverWords } from './handover-table.ts';
import type { SearchTable } from './search-table.ts';

/**
 * What is known of a language. A new one is a file that says all of this, one each beside it for `privacy`, `search` and `telling`, and a line in
 * registry.ts; the compiler asks for what is missing.
 */
export interface Language {
  /** The first part of its BCP-47 tags, former names included. */
  readonly tags: readonly [string, ...string[]];
  /** Letters that are its own: how a text without a tag is told. A language that is written in Latin letters has none. */
  readonly script: RegExp | undefined;
  /** What a bot says when its profile does not say it otherwise. */
  readonly words: DefaultWords;
  /** Sounds that say "go on", not "stop"; held sounds shortened. */
  readonly backchannels: readonly string[];
  /** The words of which numbers are made, as recognizers write them. */
  readonly numbers: ReadonlyMap<string, NumberWord>;
  /** Nouns for digits, `нуля`, `zeros`: behind a number, so many of them. */
  readonly digitNouns: ReadonlyMap<string, number>;
  /** Letters that may stand before such a word, within it. */
  readonly numberPrefix?: string;
  /** A word that may stand behind hundreds and thousands, and adds nothing: `two hundred and five`. */
  readonly numberJoint?: string;
  /** What the end of an unfinished sentence sounds like. */
  readonly endings: EndingTable;
  /** How words without punctuation sound finished. */
  readonly finality: FinalityTable;
  /** How people part. */
  readonly partings: PartingTable;
  /** What is said between caller, bot and a colleague. */
  readonly handover: HandoverWords;
  /** What gives away that something private is being said. */
  readonly privacy: PrivacyTable;
  /** How its words are looked for in documents. */
  readonly search: SearchTable;
  /** By what it is told from other languages. */
  readonly telling: TellingTable;
}

/** They are the words of the recordings in sounds/, which stand in when no synthesizer answers. */
export interface DefaultWords {
  readonly voice: string;
  readonly greeting: string;
  /** While the answer is not there yet, by what the caller just said. */
  readonly fillers: {
    readonly question: readonly string[];
    readonly statement: readonly string[];
    readonly thanks: readonly string[];
    readonly hesitation: readonly string[];
  };
  /** When an answer takes longer than a filler covers. */
  readonly hold: readonly string[];
  /** When the caller spoke and nothing was understood. */
  readonly repeat: readonly string[];
  /** When the caller says nothing. */
  readonly silence: readonly string[];
  readonly goodbye: string;
  readonly apology: string;
  /** When the conversation goes on after Parley itself was gone. */
  readonly reconnected: string;
  /** Before anything is recorded: that it is, or whether it may be. No recording stands in: who was not told is not recorded. */
  readonly recorded: string;
  readonly mayRecord: string;
}

export type NumberWord =
  /** 0 to 19, tens and hundreds: smaller ones may follow a larger one. `isOblique`: in a case in which no unit in the nominative follows. */
  | { readonly kind: 'addend'; readonly value: number; readonly isOblique?: true }
  /** Multiplies what stands before it. */
  | { readonly kind: 'multiplier'; readonly value: number }
  /** Hebrew: makes 13 of 3. */
  | { readonly kind: 'teen' }
  /** `double five` */
  | { readonly kind: 'repeat'; readonly times: number }
  /** A zero only among other digits. */
  | { readonly kind: 'oh' };

/** Words as `wordsOf` gives them, held sounds shortened. */
export interface EndingTable {
  /** The speaker is looking for words, or asks for a moment. */
  readonly hesitations: ReadonlySet<string>;
  /** The speaker asks for a moment, where nothing else is said: "сейчас", but not "прямо сейчас". */
  readonly moments: ReadonlySet<string>;
  /** What follows has been announced, unless it is asked for: "my name is", but not "what my name is". */
  readonly announcements: ReadonlySet<string>;
  /** Nobody ends a sentence with these. */
  readonly links: ReadonlySet<string>;
  /** These end a sentence, though their last word is a link or a preposition: "тот же самый", "с мебелью или без". */
  readonly ellipses: ReadonlySet<string>;
  /** Nobody ends a sentence with these, but a question may: `where are you from`. */
  readonly prepositions: ReadonlySet<string>;
  readonly questionWords: ReadonlySet<string>;
  /** Something is going to be dictated. */
  readonly dictated: ReadonlySet<string>;
  /** Whether these digits are a whole telephone number of the country. */
  readonly isPhoneNumber: (digits: string) => boolean;
}

/** Phrases as `wordsOf` gives their words, apart by spaces. */
export interface PartingTable {
  /** Parts with the other, wherever it stands. */
  readonly farewells: ReadonlySet<string>;
  /** Does so only where nothing follows but more of this, or thanks: "пока" begins other phrases as well. */
  readonly lastFarewells: ReadonlySet<string>;
  readonly thanks: ReadonlySet<string>;
  /** Those of the farewells that also answer "until when?". */
  readonly untils: ReadonlySet<string>;
  /** Said beside it, and no farewell by itself. */
  readonly companions: ReadonlySet<string>;
  /** First words of a clause that leaves the choice to the other: "if there is nothing else, …". */
  readonly conditions: ReadonlySet<string>;
  /** "And", where it is part of its word. */
  readonly prefix?: string;
}

/** Words are in lower case, `ё` as `е`. */
export interface PrivacyTable {
  /** A whole word of a number in any of its forms, ordinals too: more than `numbers`, which only has what can be read as digits. */
  readonly number: RegExp;
  /** May stand between the words of one number. */
  readonly numberLinks: ReadonlySet<string>;
  /** Words of numbers, apart by spaces, that are no number together. */
  readonly noNumbers: ReadonlySet<string>;
  /** Their first group is a name, in the letters and the case in which it was said, and maybe what follows it. */
  readonly introductions: readonly RegExp[];
  /** How `@` and `.` are said. */
  readonly at: ReadonlySet<string>;
  readonly dot: ReadonlySet<string>;
  readonly streets: ReadonlySet<string>;
  /** On which side of such a word the street's name stands. */
  readonly streetName: 'before' | 'after';
  /** Part of no name, address or street: there it ends. */
  readonly plain: ReadonlySet<string>;
}

/** Words are as `wordsOf` gives them; phrases are such words with spaces between them. */
export interface TellingTable {
  /** What only sentences are made of: in no name, brand, address, greeting or thanks. */
  readonly sentenceWords: ReadonlySet<string>;
  /** In names and titles too. */
  readonly weakWords: ReadonlySet<string>;
  /** How somebody begins to ask for a language: "can we", "do you". */
  readonly asks: readonly string[];
  /** May stand between that and the language, apart by spaces. */
  readonly between: string;
  /** How languages are called where they are asked for, by the names of the registry. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** May stand behind it. */
  readonly after: string;
  /** Tells a model which of several languages to answer in. */
  readonly answerIn: string;
  /** Before such a beginning these make it no request. */
  readonly not: readonly string[];
}
