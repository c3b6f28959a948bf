/** What kind of answer the bot has just asked for, told by its last sentence; where no flow knows it. Pure. */
import { ASKING_TABLES, type AskingTable } from './asking-tables.ts';
import { languageOf } from './language-of.ts';
import { asksForAnswer, requestsAnswer } from './questions.ts';
import { LANGUAGES } from './registry.ts';
import { wordsOf } from './words.ts';

export type AskedKind =
  /** What can be told in a sentence or in ten: "How can I help?" */
  | 'open'
  /** Something besides, or nothing: "Anything else?" */
  | 'more'
  /** Two questions at once: one answer is half of it. */
  | 'several'
  /** One of what was named. */
  | 'choice'
  /** One thing that was not named: a colour, a size. */
  | 'thing'
  | 'place'
  | 'address'
  | 'yesNo'
  | 'number'
  | 'date'
  /** By itself, with its century or without. */
  | 'year'
  /** Of birth: a day without its year is half of one. */
  | 'birth'
  | 'time'
  | 'name'
  /** First and last: one word is half of it. */
  | 'fullName'
  /** Behind it comes nothing. */
  | 'surname';

/** By its words, the first that fits; "at what time" is no question for a thing. */
const BY_WORDS = [
  'open',
  'more',
  'time',
  'year',
  'birth',
  'date',
  'fullName',
  'surname',
  'name',
  'number',
  'address',
  'place',
] as const satisfies readonly AskedKind[];
type KindByWords = (typeof BY_WORDS)[number];

/** Where anything may be told, and where yes or no is enough, one question more adds nothing. */
const SINGLE: ReadonlySet<AskedKind> = new Set(['open', 'more', 'place']);

/** `said` is all that the bot said last, `language` a BCP-47 tag or `auto`. Undefined if it asked nothing at its end. */
export function askedKind(said: string, language: string): AskedKind | undefined {
  const [last = '', before = ''] = lastSentences(said);
  const kind = kindOf(last, language);
  if (kind === undefined || SINGLE.has(kind) || kind === 'yesNo' || kind === 'several') return kind;
  const asked = isMarked(before) ? kindOf(before, language) : undefined;
  return asked !== undefined && asked !== kind && isOneOf(asked, BY_WORDS) && !SINGLE.has(asked)
    ? 'several'
    : kind;
}

/** "On which days?": "from the third" is half of them. */
export function asksForDays(said: string, language: string): boolean {
  const last = lastSentence(said);
  return ASKING_TABLES[languageOf(language, last)].days.test(` ${wordsOf(last).join(' ')} `);
}

function kindOf(sentence: string, language: string): AskedKind | undefined {
  if (sentence === '') return undefined;
  const known = languageOf(language, sentence);
  const table = ASKING_TABLES[known];
  const [byWords, second] = kindsByWords(` ${wordsOf(sentence).join(' ')} `, table);
  if (byWords === 'open') return byWords;
  if (!isMarked(sentence)) {
    // "We call when the driver is there." has the words of a question, and its point.
    if (!(isPointed(sentence) ? requestsAnswer : asksForAnswer)(sentence, language)) return undefined;
    if (byWords === undefined) return 'thing';
  }
  if (second) return 'several';
  if (byWords !== undefined) return byWords;
  const words = wordsOf(sentence);
  if (table.or.test(` ${words.join(' ')} `)) return 'choice';
  const { questionWords } = LANGUAGES[known].endings;
  const isForThing =
    table.thing.test(` ${words.join(' ')} `) || words.some((word) => questionWords.has(word));
  return isForThing ? 'thing' : 'yesNo';
}

/** What was told to be of one kind is no word of another: "at what time" is not asked twice. */
function kindsByWords(words: string, table: AskingTable): KindByWords[] {
  const kinds: KindByWords[] = [];
  let rest = words;
  for (const kind of BY_WORDS) {
    if (!table[kind].test(rest)) continue;
    kinds.push(kind);
    rest = rest.replace(table[kind], ' ');
  }
  const [first] = kinds;
  const areJoined = first !== undefined && !SINGLE.has(first) && table.and.test(words);
  return areJoined ? kinds.filter((kind) => !SINGLE.has(kind)) : kinds.slice(0, 1);
}

function isOneOf(kind: AskedKind, kinds: readonly AskedKind[]): boolean {
  return kinds.includes(kind);
}

const isMarked = (sentence: string) => /[?？]/u.test(sentence);
const isPointed = (sentence: string) => /[.!…！。]\s*$/u.test(sentence);

/** The last first. The marks between chunks are no words. */
function lastSentences(said: string): string[] {
  const sentences = said.replaceAll('|', ' ').match(/[^.!?…？！。]+[.!?…？！。]*/gu) ?? [];
  return sentences
    .filter((sentence) => wordsOf(sentence).length > 0)
    .slice(-2)
    .reverse()
    .map((sentence) => sentence.trim());
}

/** The question that was asked last, by its words. */
export function lastSentence(said: string): string {
  return lastSentences(said)[0] ?? '';
}
