/**
 * Whether words without punctuation sound as if all were said. A recognizer that streams writes none while somebody speaks, so that most of
 * what is heard tells nothing by its marks.
 */
import type { FinalityTable } from '../languages/finality-table.ts';
import { languageOf } from '../languages/language-of.ts';
import { knownLanguage, LANGUAGES } from '../languages/registry.ts';
import { ROMANCE_WANTING } from '../languages/romance-finality.ts';
import { wordsOf } from '../languages/words.ts';

export type Finality =
  /** A whole answer, or a last word that nobody goes on behind. */
  | 'finished'
  /** Long enough for a sentence, and nothing is missing. */
  | 'likely'
  /** The same of any sentence, in a language of which little is known. */
  | 'possible'
  /** Nothing tells. */
  | 'unknown'
  /** A word or two, as people begin with. */
  | 'begun'
  /** The last word wants another. */
  | 'wanting';

const LONGEST_ENTRY_WORDS = 3;
/** More are no short answer. */
const LONGEST_ANSWER_WORDS = 4;
/** Of turns with so many words, two of three are over; of those with fewer, most go on. */
const SENTENCE_WORDS = 5;
/** A clause of a longer turn has at least so many. */
const CLAUSE_WORDS = 2;
/** Half of those with as many as this. */
const UNCERTAIN_WORDS = 3;

/** `language` is a BCP-47 tag or `auto`. */
export function finalityOf(text: string, language: string): Finality {
  const words = wordsOf(text);
  if (words.length === 0) return 'unknown';
  const wanting = ROMANCE_WANTING[language.toLowerCase().split('-', 1)[0] ?? ''];
  if (wanting) return withFewWords(words, wanting);
  const known = knownLanguage(language) ?? (language === 'auto' ? languageOf(language, text) : undefined);
  if (!known) return 'unknown';
  const { finality, endings } = LANGUAGES[known];
  if (words.length <= LONGEST_ANSWER_WORDS && isWhole(words, finality.wholes)) return 'finished';
  if (endsWith(words, finality.closing)) return 'finished';
  const last = words.at(-1) ?? '';
  if (endsWith(words, finality.wanting) || finality.wantingForms.test(last)) return 'wanting';
  if (words.length >= UNCERTAIN_WORDS && finality.closingForms.test(last)) return 'finished';
  const clauseWords = words.length - 1 - words.findLastIndex((word) => finality.joints.has(word));
  if (words.length >= SENTENCE_WORDS) return clauseWords >= CLAUSE_WORDS ? 'likely' : 'unknown';
  const asks = finality.asking.has(words[0] ?? '') || words.some((word) => endings.questionWords.has(word));
  return words.length >= UNCERTAIN_WORDS || asks ? 'unknown' : 'begun';
}

/** Of a language of which no more is known than the words that want another. */
function withFewWords(words: readonly string[], wanting: ReadonlySet<string>): Finality {
  if (wanting.has(words.at(-1) ?? '')) return 'wanting';
  return words.length >= UNCERTAIN_WORDS ? 'possible' : 'unknown';
}

function endsWith(words: readonly string[], entries: FinalityTable['closing']): boolean {
  for (let count = 1; count <= LONGEST_ENTRY_WORDS && count <= words.length; count++)
    if (entries.has(words.slice(-count).join(' '))) return true;
  return false;
}

/** Made of such answers from the first word to the last: "да спасибо", "no thank you". */
function isWhole(words: readonly string[], wholes: ReadonlySet<string>): boolean {
  for (let count = 1; count <= LONGEST_ENTRY_WORDS && count <= words.length; count++) {
    if (!wholes.has(words.slice(0, count).join(' '))) continue;
    const rest = words.slice(count);
    if (rest.length === 0 || isWhole(rest, wholes)) return true;
  }
  return false;
}
