/** Words of parting: whether a caller has said goodbye, and whether the bot has. Pure. */
import type { AskedKind } from './asked-kind.ts';
import type { Language, PartingTable } from './language.ts';
import { languageOf } from './language-of.ts';
import { LANGUAGES } from './registry.ts';
import type { SlotKind } from './slots/slot.ts';
import { wordsOf } from './words.ts';

/** Who says more has something to say beside goodbye. */
const MOST_WORDS = 20;

/** No phrase of the tables is longer. */
const LONGEST_PHRASE = 6;

/** Of a sentence, the last ones are looked at. */
const MOST_CLAUSES = 8;

const NONE: ReadonlySet<string> = new Set();

/** A word or two, each with a capital, or in letters that have none. */
const NAME = /^\s*[\p{Lu}\p{Lo}][\p{L}\p{M}'’-]*(?:\s[\p{Lu}\p{Lo}][\p{L}\p{M}'’-]*)?\s*[.!…]*\s*$/u;

/** What may be answered with "until Saturday". */
const ANSWERED_BY_UNTIL: ReadonlySet<AskedKind | SlotKind> = new Set([
  'date',
  'birth',
  'time',
  'several',
  'text',
]);

const QUESTION = /[?？؟]/u;
const QUOTE = /[«»„“”"]/u;

/**
 * True for an utterance that is a farewell as a whole: "всё, спасибо, пока", "thanks, goodbye", "תודה, ביי"; thanks alone are none, nor is a
 * question. In doubt it is none: whoever is silent after it is asked, and whoever hangs up has hung up. `language` is a BCP-47 tag or `auto`.
 * Where the caller was `asked` for a day, "до субботы" is the answer to that.
 */
export function isGoodbye(text: string, language: string, asked?: AskedKind | SlotKind): boolean {
  if (QUESTION.test(text)) return false;
  const isAsked = asked !== undefined && ANSWERED_BY_UNTIL.has(asked);
  const words = wordsOf(withoutName(text));
  if (words.length > MOST_WORDS) return false;
  return tablesFor(text, language).some((table) => isParting(words, isAsked ? withoutUntils(table) : table));
}

function withoutUntils(table: PartingTable): PartingTable {
  return { ...table, farewells: new Set([...table.farewells].filter((phrase) => !table.untils.has(phrase))) };
}

/**
 * True for an answer of the bot's that ends with a farewell, and asks nothing: what it says last parts with the caller. "If there is
 * nothing else, goodbye" leaves him the choice, and is none.
 */
export function isBotsGoodbye(text: string, language: string): boolean {
  if (QUESTION.test(text)) return false;
  const sentence = lastSentences(text);
  if (QUOTE.test(sentence.at(-1) ?? '')) return false;
  return tablesFor(text, language).some((table) => endsInParting(sentence, table));
}

/** That of the language that is spoken, and that of the letters: "bye" is said everywhere. */
function tablesFor(text: string, language: string): readonly PartingTable[] {
  const known: readonly Language[] = [
    LANGUAGES[languageOf(language, text)],
    LANGUAGES[languageOf('auto', text)],
  ];
  return known.map(({ partings }) => partings);
}

/** A name between commas or behind one: "Thanks, Anna, goodbye", "Goodbye, Anna!" */
function withoutName(text: string): string {
  return text.replaceAll(/,\s+\p{Lu}[\p{L}\p{M}'’-]+\s*(?=,|[.!…]*\s*$)/gu, '');
}

function lastSentences(text: string): readonly string[] {
  return text
    .split(/(?<=[.!…])[\s|]+|\n+/u)
    .map((each) => each.trim())
    .filter((each) => /[\p{L}\p{N}]/u.test(each));
}

/** From the end: as long as there are words of parting and what goes with them, until a farewell is among them. */
function endsInParting(sentences: readonly string[], table: PartingTable): boolean {
  for (const sentence of sentences.toReversed()) {
    const clauses = clausesOf(sentence);
    const isOpen = clauses.some((clause) => table.conditions.has(wordsOf(clause)[0] ?? ''));
    if (isParting(wordsOf(sentence), table)) return true;
    // "Подождите, пока": behind other words only what can mean nothing else.
    const strict = { ...table, lastFarewells: NONE };
    const last = clauses.slice(-MOST_CLAUSES);
    if (last.some((_, from) => isParting(wordsIn(last.slice(from), strict), strict))) return !isOpen;
    // "Goodbye! Thank you for calling."
    if (!isWhole(wordsOf(sentence), table)) return false;
  }
  return false;
}

function clausesOf(sentence: string): readonly string[] {
  return sentence.split(/[,;|]|\s[-–—]\s/u).filter((clause) => /[\p{L}\p{N}]/u.test(clause));
}

/** Of clauses that follow one another; names among them are left out, but never the first. */
function wordsIn(clauses: readonly string[], table: PartingTable): readonly string[] {
  return clauses.flatMap((clause, at) => {
    const words = wordsOf(clause);
    return at > 0 && NAME.test(clause) && !isWhole(words, table) ? [] : words;
  });
}

/** Words that are phrases of parting one after the other, at least one a farewell. */
function isParting(words: readonly string[], table: PartingTable): boolean {
  return divided(words, table).farewell;
}

function isWhole(words: readonly string[], table: PartingTable): boolean {
  return divided(words, table).whole;
}

/** Whether the words can be divided into phrases of the table; and so that one of them is a farewell. */
function divided(
  words: readonly string[],
  { farewells, lastFarewells, thanks, companions, prefix }: PartingTable,
): { readonly whole: boolean; readonly farewell: boolean } {
  // From each word on: the rest can be divided; with a farewell in it; nothing but farewells and thanks are in it.
  const rest = Array.from({ length: words.length + 1 }, () => ({
    whole: false,
    farewell: false,
    last: false,
  }));
  rest[words.length] = { whole: true, farewell: false, last: true };
  for (let from = words.length - 1; from >= 0; from--)
    for (let length = 1; length <= LONGEST_PHRASE && from + length <= words.length; length++) {
      const after = rest[from + length];
      const here = rest[from];
      if (!after?.whole || !here) continue;
      const said = words.slice(from, from + length).join(' ');
      for (const phrase of prefix !== undefined && said.startsWith(prefix)
        ? [said, said.slice(prefix.length)]
        : [said]) {
        const isFarewell = farewells.has(phrase) || (lastFarewells.has(phrase) && after.last);
        const isThanks = thanks.has(phrase);
        if (!isFarewell && !isThanks && !companions.has(phrase)) continue;
        here.whole = true;
        here.farewell ||= isFarewell || after.farewell;
        here.last ||= after.last && (isFarewell || isThanks);
      }
    }
  return rest[0] ?? { whole: false, farewell: false };
}
