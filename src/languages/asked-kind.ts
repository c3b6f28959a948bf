/** What kind of answer the bot has just asked for, told by its last sentence; where no flow knows it. Pure. */
import { ASKING_TABLES } from './asking-tables.ts';
import { languageOf } from './language-of.ts';
import { asksForAnswer } from './questions.ts';
import { LANGUAGES } from './registry.ts';
import { wordsOf } from './words.ts';

export type AskedKind =
  /** What can be told in a sentence or in ten: "How can I help?" */
  | 'open'
  /** One of what was named. */
  | 'choice'
  /** One thing that was not named: a colour, a place. */
  | 'thing'
  | 'yesNo'
  | 'number'
  | 'date'
  | 'time'
  | 'name';

/** By its words, the first that fits; "at what time" is no question for a thing. */
const BY_WORDS = ['open', 'time', 'date', 'name', 'number'] as const satisfies readonly AskedKind[];

/** `said` is all that the bot said last, `language` a BCP-47 tag or `auto`. Undefined if it asked nothing at its end. */
export function askedKind(said: string, language: string): AskedKind | undefined {
  const last = lastSentence(said);
  if (last === '') return undefined;
  const known = languageOf(language, last);
  const words = ` ${wordsOf(last).join(' ')} `;
  const table = ASKING_TABLES[known];
  const isMarked = /[?？]/u.test(last);
  const byWords = BY_WORDS.find((kind) => table[kind].test(words));
  if (!isMarked && byWords === undefined && !asksForAnswer(last, language)) return undefined;
  if (byWords !== undefined) return byWords;
  if (table.or.test(words)) return 'choice';
  const { questionWords } = LANGUAGES[known].endings;
  const isForThing = table.thing.test(words) || wordsOf(last).some((word) => questionWords.has(word));
  return isForThing ? 'thing' : 'yesNo';
}

/** The marks between chunks are no words. */
function lastSentence(said: string): string {
  const sentences = said.replaceAll('|', ' ').match(/[^.!?…？！。]+[.!?…？！。]*/gu) ?? [];
  return sentences.findLast((sentence) => wordsOf(sentence).length > 0)?.trim() ?? '';
}
