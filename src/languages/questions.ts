/** Whether something is asked: by the mark, and by the form where recognizers write none. Pure. */
import { languageOf } from './language-of.ts';
import type { KnownLanguage } from './language-of.ts';
import { QUESTION_WORDS } from './question-words.ts';
import { LANGUAGES } from './registry.ts';
import { WRITTEN_WORD, wordsOf } from './words.ts';

/** The longest entry of the tables, in words. */
const LONGEST_ENTRY = 5;
const SENTENCE = /[^.!?…？！。]+[.!?…？！。]*/gu;
const QUESTION_MARK = /[?？][»”"')\]]*\s*$/u;

export interface Parts {
  /** What was said besides questions; empty if nothing was. */
  readonly told: string;
  readonly asked: string;
}

/** `Размер L, а сколько стоит доставка` is told `Размер L,` and asked the rest. `language` is a BCP-47 tag or `auto`. */
export function toldAndAsked(text: string, language: string): Parts {
  const told: string[] = [];
  const asked: string[] = [];
  for (const [sentence] of withoutPoints(text).matchAll(SENTENCE)) {
    const known = languageOf(language, text);
    const at = tagIn(sentence, known) ?? questionIn(sentence, known);
    told.push(at === undefined ? sentence : sentence.slice(0, at));
    asked.push(at === undefined ? '' : sentence.slice(at));
  }
  return { told: joined(told), asked: joined(asked) };
}

/** Points within addresses, numbers and `p.m.` end no sentence. */
function withoutPoints(text: string): string {
  return text
    .replaceAll(/(?<=\S)\.(?=[\p{L}\p{N}])/gu, '\u2024')
    .replaceAll(/(?<=\b[ap])\.(?=m)|(?<=[ap]\u2024m)\./giu, '\u2024');
}

const joined = (parts: readonly string[]) => parts.join('').replaceAll('\u2024', '.').trim();

export function isQuestion(text: string, language: string): boolean {
  return toldAndAsked(text, language).asked !== '';
}

/** A question, or a request to tell or to choose something: what opens a question for whoever hears it. */
export function asksForAnswer(sentence: string, language: string): boolean {
  return isQuestion(sentence, language) || has(sentence, language, 'requests');
}

/** The same of a sentence with a point at its end: only a request asks then. */
export function requestsAnswer(sentence: string, language: string): boolean {
  return has(sentence, language, 'requests');
}

/** Says that something is settled, that something else comes now, or goodbye. */
export function movesOn(sentence: string, language: string): boolean {
  return has(sentence, language, 'movingOn');
}

function has(sentence: string, language: string, kind: 'requests' | 'movingOn'): boolean {
  const words = wordsOf(sentence);
  const table = QUESTION_WORDS[languageOf(language, sentence)][kind];
  return words.some((_, at) => startsWith(words, at, table));
}

/** Behind the words of a wish, what is wished for: `можно на завтра?` is `на завтра?`. Undefined for another question. */
export function wishedFor(question: string, language: string): string | undefined {
  const { wishes, tags } = QUESTION_WORDS[languageOf(language, question)];
  const places = [...question.matchAll(WRITTEN_WORD)];
  const words = wordsOf(question);
  if (words.length !== places.length) return undefined;
  for (let length = Math.min(LONGEST_ENTRY, words.length - 1); length > 0; length--) {
    if (wishes.has(words.slice(0, length).join(' '))) return question.slice(places[length]?.index);
    if (tags.has(words.slice(-length).join(' '))) return question.slice(0, places.at(-length)?.index);
  }
  return undefined;
}

/** Where a tag begins that asks for nothing but a word: `… , записали?` Undefined where the sentence asks something, or is all tag. */
function tagIn(sentence: string, language: KnownLanguage): number | undefined {
  if (!QUESTION_MARK.test(sentence)) return undefined;
  const comma = sentence.lastIndexOf(',');
  if (comma <= 0) return undefined;
  const isTag = QUESTION_WORDS[language].tags.has(wordsOf(sentence.slice(comma)).join(' '));
  return isTag && questionIn(sentence.slice(0, comma), language) === undefined ? comma + 1 : undefined;
}

/** Where the question begins in one sentence. */
function questionIn(sentence: string, language: KnownLanguage): number | undefined {
  const { joints, openers, particles } = QUESTION_WORDS[language];
  const words = wordsOf(sentence);
  const places = [...sentence.matchAll(WRITTEN_WORD)];
  const isMarked = QUESTION_MARK.test(sentence);
  for (const [at, word] of words.entries()) {
    const before = words[at - 1] ?? '';
    // «… а вы до скольки работаете»: some questions begin with the joint itself.
    const isJoint = joints.has(word) && !openers.has(word);
    const isStart =
      at === 0 || isJoint || joints.has(before) || isBehindComma(sentence, places[at]?.index ?? 0);
    if (!isStart || !(asksAt(words, at, language) || (particles.has(words[at + 1] ?? '') && word !== '')))
      continue;
    // What leads over to the question is part of it.
    let from = at;
    if (isMarked && joints.has(words[0] ?? '')) return 0;
    while (from > 0 && joints.has(words[from - 1] ?? '')) from--;
    return from === 0 ? 0 : places[from]?.index;
  }
  return isMarked ? 0 : undefined;
}

function isBehindComma(sentence: string, at: number): boolean {
  return /[,;:—–]\s*$/u.test(sentence.slice(0, at));
}

function asksAt(words: readonly string[], at: number, language: KnownLanguage): boolean {
  const word = words[at] ?? '';
  const plain = language === 'he' && word.startsWith('ו') ? word.slice(1) : word;
  const { questionWords } = LANGUAGES[language].endings;
  return (
    questionWords.has(word) ||
    questionWords.has(plain) ||
    startsWith([plain, ...words.slice(at + 1)], 0, QUESTION_WORDS[language].openers)
  );
}

function startsWith(words: readonly string[], at: number, table: ReadonlySet<string>): boolean {
  for (let length = 1; length <= LONGEST_ENTRY && at + length <= words.length; length++)
    if (table.has(words.slice(at, at + length).join(' '))) return true;
  return false;
}
