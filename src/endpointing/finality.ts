/**
 * Whether words without punctuation sound as if all were said. A recognizer that streams writes none while somebody speaks, so that most of
 * what is heard tells nothing by its marks.
 */
import type { FinalityTable } from '../languages/finality-table.ts';
import type { Language } from '../languages/language.ts';
import { languageOf } from '../languages/language-of.ts';
import { knownLanguage, LANGUAGES } from '../languages/registry.ts';
import { ROMANCE_WANTING } from '../languages/romance-finality.ts';
import { wordsOf } from '../languages/words.ts';
import { beginsAsking } from './ending.ts';

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
/** First, middle and last name. */
const LONGEST_NAME_WORDS = 3;
/** A clause of a longer turn has at least so many. */
const CLAUSE_WORDS = 2;
/** Shorter words that begin with a letter for "and" are words of their own. */
const SHORTEST_PREFIXED = 3;
type Words = Pick<Language, 'endings' | 'finality' | 'numbers' | 'privacy'>;
/** Half of those with as many as this. */
const UNCERTAIN_WORDS = 3;

/** `language` is a BCP-47 tag or `auto`. */
export function finalityOf(text: string, language: string): Finality {
  const words = wordsOf(text);
  if (words.length === 0) return 'unknown';
  const fewWords = ROMANCE_WANTING[language.toLowerCase().split('-', 1)[0] ?? ''];
  if (fewWords) return withFewWords(words, fewWords);
  const known = knownLanguage(language) ?? (language === 'auto' ? languageOf(language, text) : undefined);
  if (!known) return 'unknown';
  const { wholes, greetings } = LANGUAGES[known].finality;
  if (words.length <= LONGEST_ANSWER_WORDS && isWhole(words, wholes)) return 'finished';
  const said = withoutGreeting(words, greetings);
  if (said.length > 0) return finalityOfWords(said, LANGUAGES[known]);
  return LANGUAGES[known].finality.attentions.has(words.at(-1) ?? '') ? 'begun' : 'possible';
}

function finalityOfWords(words: readonly string[], language: Words): Finality {
  const { endings, finality } = language;
  if (words.length <= LONGEST_ANSWER_WORDS && isWhole(words, finality.wholes)) return 'finished';
  const answer = answerOf(words, finality);
  if (answer) return answer;
  const last = words.at(-1) ?? '';
  if (words.length === 1 && endings.questionWords.has(last)) return 'unknown';
  const plain = withoutCourtesy(words, finality.courtesies);
  if (finality.beginnings.test(plain.join(' '))) return plain.length < words.length ? 'begun' : 'wanting';
  // Of two that fit, the longer says more.
  const [closing, wanting] = [finality.closing, finality.wanting].map((entries) =>
    endOf(words, entries, finality.prefixes),
  ) as [number, number];
  if (closing > 0 && closing >= wanting) return opensClause(words, finality) ? 'unknown' : 'finished';
  if (isNumberedLabel(words, language)) return 'unknown';
  if (wanting === 1 && isStranded(words, endings)) return finalityOfLength(words, language);
  const isOfForm = isForm(words, language);
  // Behind so many words an adjective is as likely the last of what is told.
  if (wanting === 0 && isOfForm && words.length > LONGEST_ANSWER_WORDS) return 'unknown';
  if (wanting > 0 || isLabel(words, language) || isOfForm)
    return finality.predicateForms.test(` ${words.join(' ')}`) ? 'unknown' : 'wanting';
  if (
    words.length >= UNCERTAIN_WORDS &&
    finality.closingForms.test(last) &&
    !language.privacy.number.test(last)
  )
    return wantsObject(words, language) ||
      clauseWords(words, finality) < CLAUSE_WORDS ||
      opensClause(words, finality)
      ? 'unknown'
      : 'finished';
  const named = finalityOfLength(words, language);
  return named === 'likely' || !isNamed(words, language) ? named : 'possible';
}

/** "My name is Jane", "last name Doe", and nothing behind it. */
function isNamed(words: readonly string[], { privacy }: Words): boolean {
  const said = words.join(' ');
  return privacy.introductions.some((introduction) => {
    const { index, 0: lead = '' } = [...said.matchAll(introduction)].at(-1) ?? { index: -1 };
    const behind = wordsOf(said.slice(index + lead.length)).length;
    return index >= 0 && behind > 0 && behind <= LONGEST_NAME_WORDS;
  });
}

function finalityOfLength(words: readonly string[], { endings, finality }: Words): Finality {
  if (opensClause(words, finality)) return 'unknown';
  if (words.length >= finality.sentenceWords)
    return clauseWords(words, finality) >= CLAUSE_WORDS ? 'likely' : 'unknown';
  if (words.length >= UNCERTAIN_WORDS && finality.denials.test(words.join(' '))) return 'likely';
  const asks = finality.asking.has(words[0] ?? '') || words.some((word) => endings.questionWords.has(word));
  return words.length >= UNCERTAIN_WORDS || asks ? 'unknown' : 'begun';
}

/** Words behind the last "that" or "if". */
function clauseWords(words: readonly string[], { joints }: FinalityTable): number {
  return words.length - 1 - words.findLastIndex((word) => joints.has(word));
}

/** "And when I came back": what happened then is still to come; and so is what follows "so please". */
function opensClause(words: readonly string[], { clauseOpeners }: FinalityTable): boolean {
  return clauseOpeners.test(words.join(' '));
}

/** "Hello" and "excuse me" are no words of the sentence that follows. */
function withoutGreeting(words: readonly string[], greetings: ReadonlySet<string>): readonly string[] {
  for (let count = Math.min(LONGEST_ENTRY_WORDS, words.length); count > 0; count--)
    if (greetings.has(words.slice(0, count).join(' '))) return withoutGreeting(words.slice(count), greetings);
  return words;
}

/** "Tell me please" wants the same as "tell me". */
function withoutCourtesy(words: readonly string[], courtesies: ReadonlySet<string>): readonly string[] {
  return words.length > 1 && courtesies.has(words.at(-1) ?? '') ? words.slice(0, -1) : words;
}

/** "Apartment", unless it is the second one, one that is spoken of, or one that nobody knows. */
function isLabel(words: readonly string[], { finality, numbers, privacy }: Words): boolean {
  const [before = '', last = ''] = words.length > 1 ? words.slice(-2) : ['', words[0]];
  const isOrdinal = privacy.number.test(before) && !numbers.has(before);
  const isDescribed = isOrdinal || finality.wantingForms.test(before) || finality.unlabelled.has(before);
  return finality.labels.has(last) && !isDescribed && !words.some((word) => finality.denying.has(word));
}

/** "Подъезд третий": the ordinal stands behind what it counts. */
function isNumberedLabel(words: readonly string[], { finality, privacy }: Words): boolean {
  const [before = '', last = ''] = words.slice(-2);
  return words.length > 1 && finality.labels.has(before) && privacy.number.test(last);
}

/** "What is it about": what it stands before was asked for. */
function isStranded(words: readonly string[], { prepositions, questionWords }: Words['endings']): boolean {
  return prepositions.has(words.at(-1) ?? '') && words.slice(0, -1).some((word) => questionWords.has(word));
}

/** An adjective before its noun; "the fifth" is a day. */
function isForm(words: readonly string[], { finality, privacy }: Words): boolean {
  const last = words.at(-1) ?? '';
  return finality.wantingForms.test(last) && !privacy.number.test(last);
}

/** The last words want another by what they are, whatever was asked; not by a form that any adjective has. */
export function wantsByWord(text: string, language: string): boolean {
  const words = wordsOf(text);
  const known = knownLanguage(language) ?? (language === 'auto' ? languageOf(language, text) : undefined);
  if (known === undefined) return false;
  const { wanting, prefixes } = LANGUAGES[known].finality;
  return endOf(words, wanting, prefixes) > 0 || isLabel(words, LANGUAGES[known]);
}

/** Of a language of which no more is known than the words that want another. */
function withFewWords(words: readonly string[], wanting: ReadonlySet<string>): Finality {
  if (wanting.has(words.at(-1) ?? '')) return 'wanting';
  return words.length >= UNCERTAIN_WORDS ? 'possible' : 'unknown';
}

/** Of what is short, and made like an answer: "I think so", "yes I do", "not the second". Undefined for all else. */
function answerOf(words: readonly string[], table: FinalityTable): Finality | undefined {
  const { answers, closing, echoes, hedges, negations, predicates, subjects, wantingForms } = table;
  if (words.length > LONGEST_ANSWER_WORDS) return undefined;
  const [first = '', last = ''] = [words[0], words.at(-1)];
  const isBehind = (count: number, ...sets: readonly ReadonlySet<string>[]) =>
    words.slice(0, -count).every((word) => sets.some((set) => set.has(word)));
  if (words.length > 1 && answers.has(last) && isBehind(1, hedges, answers)) return 'finished';
  if (predicates.has(last) && isBehind(1, subjects, hedges, answers)) return 'finished';
  const echoed = endOf(words, echoes) || Number(wantingForms.test(last) && endOf(words, closing) === 0);
  if (echoed === 0 || !isBehind(echoed, subjects, answers)) return undefined;
  const isAlone = words.length === echoed;
  if (!isAlone && table.contrasts.test(words.join(' '))) return undefined;
  if (!isAlone && answers.has(first) && !subjects.has(first) && isBehind(echoed, negations, answers))
    return 'likely';
  return isAlone || words.slice(0, -echoed).some((word) => negations.has(word)) ? 'unknown' : undefined;
}

/** "I would like to order": a verb behind one that needs it is over only where something was asked with it, or where it needs nothing more. */
function wantsObject(words: readonly string[], { endings, finality }: Words): boolean {
  const [before = '', last = ''] = words.slice(-2);
  const isNeeded = finality.wanting.has(before) || finality.joints.has(before);
  return !beginsAsking(words, endings) && finality.infinitives.test(last) && isNeeded;
}

/** How many of the last words are an entry, the longest that fits; 0 if none is. */
function endOf(words: readonly string[], entries: ReadonlySet<string>, prefixes = ''): number {
  for (let count = Math.min(LONGEST_ENTRY_WORDS, words.length); count > 0; count--) {
    const end = words.slice(-count).join(' ');
    if (entries.has(end)) return count;
    const isPrefixed = end.length > SHORTEST_PREFIXED && prefixes.includes(end.charAt(0));
    if (isPrefixed && entries.has(end.slice(1))) return count;
  }
  return 0;
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
