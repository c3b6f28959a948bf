/** The words by which one language's answers are read. All are words of `wordsOf`; phrases are apart by spaces. */
export interface SlotWords {
  readonly yes: ReadonlySet<string>;
  readonly no: ReadonlySet<string>;
  /** Say no to an objection: a yes, also behind a no. */
  readonly agreed: ReadonlySet<string>;
  /** Sound like a no and are none: `I don't know`. */
  readonly undecided: ReadonlySet<string>;
  /** Before what is not meant: `not the red one`. */
  readonly not: ReadonlySet<string>;
  /** May stand around any answer without making it anything else. */
  readonly fillers: ReadonlySet<string>;
  /** Introduce a name; longest first. */
  readonly nameLeads: readonly string[];
  /** What nobody is called: a "name" with one of these in it is a sentence. */
  readonly noName: ReadonlySet<string>;
  /** Letters that stand before a word, within it. */
  readonly prefixes: string;
  readonly ordinal: (word: string) => number | undefined;
  /** Behind digits, they make an ordinal: `th`. */
  readonly ordinalMarks: ReadonlySet<string>;
  readonly last: ReadonlySet<string>;
  readonly minus: ReadonlySet<string>;
  readonly plus: ReadonlySet<string>;
  /** Mean that it is none: 0. Numbers in it are digits. */
  readonly none: ReadonlySet<string>;
  /** Multiply the number before, or stand alone: `two dozen`. */
  readonly sets: ReadonlyMap<string, number>;
  /** Words for numbers that are no number words. */
  readonly amounts: ReadonlyMap<string, number>;
  /** Adds a half to the number before: `с половиной`. */
  readonly andHalf: ReadonlySet<string>;
  /** Words between whole and part of a decimal, and behind it, by its number of digits: `ноль целых пять десятых`. */
  readonly wholes: ReadonlySet<string>;
  readonly parts: ReadonlyMap<string, number>;
  readonly days: ReadonlyMap<string, number>;
  /** The same in several words. */
  readonly dayPhrases: ReadonlyMap<string, number>;
  /** 0 is Sunday. */
  readonly weekdays: readonly RegExp[];
  /** Before the name of a weekday that would else be a number. */
  readonly dayMarks: ReadonlySet<string>;
  readonly months: readonly RegExp[];
  /** The day with which a week begins. */
  readonly weekStart: 0 | 1;
  readonly nextWeek: ReadonlySet<string>;
  /** Behind a weekday, or before it: a week later than the next one. */
  readonly weekLater: ReadonlySet<string>;
  /** `in two days`: what stands before, and behind. */
  readonly within: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
  readonly dayUnits: ReadonlyMap<string, number>;
  readonly monthUnits: ReadonlySet<string>;
  /** Behind a year of two digits. */
  readonly years: ReadonlySet<string>;
  readonly morning: ReadonlySet<string>;
  readonly afternoon: ReadonlySet<string>;
  readonly night: ReadonlySet<string>;
  readonly noon: ReadonlySet<string>;
  /** Noon where no other time is said. */
  readonly noonish: ReadonlySet<string>;
  readonly midnight: ReadonlySet<string>;
  /** Before an hour: a number behind one is no amount. */
  readonly hourLeads: ReadonlySet<string>;
  readonly hours: ReadonlySet<string>;
  readonly minutes: ReadonlySet<string>;
  readonly at: ReadonlySet<string>;
  readonly dot: ReadonlySet<string>;
  readonly dash: ReadonlySet<string>;
  readonly underscore: ReadonlySet<string>;
  /** Lead in an address or a number: no part of it. */
  readonly addressLeads: ReadonlySet<string>;
  /** Latin letters and parts of addresses as they are said. */
  readonly latin: ReadonlyMap<string, string>;
  readonly transliterate: ((word: string) => string) | undefined;
  /** Names of the language's own letters. */
  readonly letters: ReadonlyMap<string, string>;
  readonly spoken: {
    readonly yes: string;
    readonly no: string;
    readonly at: string;
    readonly dot: string;
    readonly date: (day: number, month: number, year: number | undefined) => string;
  };
}

/** `а:один два|б:три`: each word to what stands before its colon. */
export function tableOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('|').flatMap((row) => {
      const [value = '', words = ''] = row.split(':');
      return words
        .trim()
        .split(' ')
        .map((word): [string, string] => [word, value.trim()]);
    }),
  );
}

export function numbersOf(text: string): ReadonlyMap<string, number> {
  return new Map([...tableOf(text)].map(([word, value]) => [word, Number(value)]));
}
