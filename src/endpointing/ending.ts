/** What the last words of a text promise. */
import { numberWord } from '../languages/number-words.ts';
import { languageOf } from '../languages/language-of.ts';
import { readNumbers, type Spoken } from '../languages/spoken-numbers.ts';
import { unstretched, wordsOf } from '../languages/words.ts';
import type { EndingTable } from '../languages/language.ts';
import { LANGUAGES } from '../languages/registry.ts';

/** The longest entry of the tables, in words. */
const LONGEST_ENTRY_WORDS = 3;

/** A question begins with its word, or behind "and" or "well". */
const ASKING_WORDS = 2;
const ELLIPSIS_WORDS = 2;
/** Before what is dictated: "my number is". */
const FEW_WORDS = 4;
/** Hundreds, tens and units. */
const BREATH_DIGITS = 3;
/** "At ten forty five"; more are no hour, whatever stands before them. */
const LONGEST_HOUR_DIGITS = 4;

export type Ending =
  /** A whole sentence, or a whole telephone number. */
  | 'complete'
  /** Nothing tells. */
  | 'plain'
  /** A comma: more is likely. */
  | 'comma'
  /** A conjunction, a preposition, a hesitation: more is nearly certain. */
  | 'open'
  /** One digit, or one number said in one breath: an answer, or the first of a longer one. */
  | 'digit'
  /** Some digits of a number that is being dictated. */
  | 'dictation';

/** Before the code of a country. */
const PLUS = new Set(['плюс', 'plus', 'פלוס']);

const SENTENCE_MARK = /[.!?。！？][»”"')\]]*$/u;
const QUESTION_MARK = /[?？][»”"')\]]*$/u;
const DOTS = /(?:…|\.\.)$/u;
const COMMA = /[,،;:–—-]$/u;

/** `language` is a BCP-47 tag or `auto`. */
export function endingOf(text: string, language: string): Ending {
  const trimmed = text.trim();
  const words = wordsOf(trimmed);
  if (words.length === 0) return 'plain';
  const known = languageOf(language, trimmed);
  const table = LANGUAGES[known].endings;
  const spoken = readNumbers(words, known);
  const isRepeated = words.some((word) => numberWord(word, known)?.kind === 'repeat');
  const number = endingOfNumber(spoken, { table, isRepeated });
  if (number) return number;
  if (DOTS.test(trimmed) || isOpen(words, QUESTION_MARK.test(trimmed), table)) return 'open';
  if (SENTENCE_MARK.test(trimmed)) return 'complete';
  return COMMA.test(trimmed) ? 'comma' : 'plain';
}

/** Ends with a number that belongs to nothing else, behind few words: no hour, nobody's age, and no "this one". */
export function isNumberAtEnd(text: string, language: string): boolean {
  const known = languageOf(language, text);
  const spoken = readNumbers(wordsOf(text), known);
  const from = spoken.findLastIndex((item) => 'word' in item) + 1;
  const digits = spoken.slice(from).flatMap((item) => ('digits' in item ? [item.digits] : []));
  const others = spoken.flatMap((item) => ('word' in item && !PLUS.has(item.word) ? [item.word] : []));
  const count = digits.join('').length;
  if (count > LONGEST_HOUR_DIGITS) return true;
  if (count === 0 || others.length > FEW_WORDS) return false;
  const { prepositions, dictated } = LANGUAGES[known].endings;
  if (others.length === 0 || others.some((word) => dictated.has(word))) return true;
  const before = spoken[from - 1];
  const isBound = before !== undefined && 'word' in before && prepositions.has(before.word);
  return count > 1 && !isBound;
}

export function beginsAsking(words: readonly string[], { questionWords }: EndingTable): boolean {
  return words.slice(0, ASKING_WORDS).some((word) => questionWords.has(word));
}

function isOpen(words: readonly string[], isQuestion: boolean, table: EndingTable): boolean {
  const asks = isQuestion || words.some((word) => table.questionWords.has(word));
  // "что", "who": the whole question.
  if (words.length === 1 && asks) return false;
  // "За что", "from where": what is asked for by a word in the middle of the sentence.
  const [before = '', last = ''] = words.slice(-2);
  if (table.questionWords.has(last) && table.prepositions.has(before)) return false;
  if (table.ellipses.has(words.slice(-ELLIPSIS_WORDS).join(' '))) return false;
  const isAsking = beginsAsking(words, table);
  for (let count = 1; count <= LONGEST_ENTRY_WORDS; count++) {
    const end = words.slice(-count).join(' ');
    if (table.hesitations.has(unstretched(end))) return true;
    if (table.moments.has(end) && words.length <= LONGEST_ENTRY_WORDS) return true;
    if (!isAsking && table.announcements.has(end)) return true;
    if (table.links.has(end) || (!asks && table.prepositions.has(end))) return true;
  }
  return false;
}

function endingOfNumber(
  spoken: readonly Spoken[],
  { table, isRepeated }: { readonly table: EndingTable; readonly isRepeated: boolean },
): Ending | undefined {
  const from = spoken.findLastIndex((item) => 'word' in item) + 1;
  const groups = spoken.slice(from).flatMap((item) => ('digits' in item ? [item.digits] : []));
  if (groups.length === 0) return undefined;
  const before = spoken.slice(0, from).flatMap((item) => ('word' in item ? [item.word] : []));
  const digits = groups.join('');
  if (table.isPhoneNumber(digits)) return 'complete';
  const isAnnounced = before.some((word) => table.dictated.has(word));
  const isAllThereIs = before.every((word) => PLUS.has(word) || table.hesitations.has(unstretched(word)));
  if (digits.length === 1) return isAnnounced || isAllThereIs ? 'digit' : undefined;
  // "Code three hundred and twenty one": in one breath, and it becomes no larger.
  if (isAnnounced && groups.length === 1 && digits.length === BREATH_DIGITS && !digits.endsWith('0'))
    return 'digit';
  // "Double seven" is no amount.
  const isInFigures = isRepeated && isAllThereIs;
  return isAnnounced || isInFigures || isDictated(groups, isAllThereIs) ? 'dictation' : undefined;
}

/** Digits said one by one or in uneven groups are dictated; one number is an amount, and two short ones in a sentence are a time. */
function isDictated(groups: readonly string[], isAllThereIs: boolean): boolean {
  const [first = ''] = groups;
  if (groups.length === 1) return isAllThereIs && first.length > 2;
  return isAllThereIs || groups.length > 2 || groups.some((group) => group.length > 2);
}
