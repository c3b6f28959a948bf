/** Callers who correct themselves in one breath: `две, нет, три`, `not large but medium`. Pure. */
import type { KnownLanguage } from '../registry.ts';
import { WRITTEN_WORD, wordsOf } from '../words.ts';
import type { SlotKind } from './slot.ts';

interface Thoughts {
  /** What is said behind them takes the place of what was said before. */
  readonly corrections: readonly string[];
  /** The same, but they are also answers of their own: not where a yes or a no is wanted. */
  readonly refusals: readonly string[];
  /** Between what is not meant and what is: `not … but …`. */
  readonly contrasts: readonly (readonly [not: string, but: string])[];
}

const THOUGHTS: Readonly<Record<KnownLanguage, Thoughts>> = {
  ru: {
    corrections: (
      'ой нет|ой|ай|то есть|точнее|вернее|хотя нет|хотя|простите|извините|виноват|виновата|стоп|погодите|подождите|ошибся|ошиблась|' +
      'нет нет|ой извините|ой простите|исправлюсь|поправлюсь|передумал|передумала|а нет'
    ).split('|'),
    refusals:
      'нет|лучше|не надо|не нужно|не подойдет|не подходит|не хочу|не могу|не смогу|не получится|не получается|не годится'.split(
        '|',
      ),
    contrasts: [['не', 'а']],
  },
  en: {
    corrections: (
      'i mean|i meant|no wait|wait|sorry|actually|rather|or rather|scratch that|correction|oops|make that|hold on|' +
      'my mistake|no sorry|let me correct that|oh no|i take that back'
    ).split('|'),
    refusals:
      "no|make it|nope|i can't|i cannot|i can't make it|won't work|doesn't work|does not work|is no good".split(
        '|',
      ),
    contrasts: [
      ['not', 'but'],
      ['not', 'on'],
      ['not', 'at'],
    ],
  },
  he: {
    corrections: 'סליחה|בעצם|כלומר|זאת אומרת|רגע|אופס|ליתר דיוק|טעות|התבלבלתי|לא לא|לא סליחה|לא בעצם'.split(
      '|',
    ),
    refusals: ['לא', 'עדיף', 'לא יכול', 'לא יכולה', 'אני לא יכול', 'אני לא יכולה', 'לא מתאים', 'לא מסתדר'],
    contrasts: [['לא', 'אלא']],
  },
};

/** `before` was meant first, and `after` then. */
export interface SecondThought {
  readonly before: string;
  readonly after: string;
  /** Of `A, not B but C`: what stands before, and what is not meant. */
  readonly instead?: { readonly of: string; readonly in: string };
}

/**
 * Wherever the words of `text` take back what they have said, the last first; empty where they never do. What is not meant and what is
 * (`не пять, а шесть`) has nothing before it.
 */
export function secondThoughts(
  text: string,
  language: KnownLanguage,
  kind: SlotKind,
): readonly SecondThought[] {
  const places = [...text.matchAll(WRITTEN_WORD)];
  const words = places.map(([word]) => wordsOf(word).join(' '));
  const { corrections, refusals, contrasts } = THOUGHTS[language];
  const marks = kind === 'yesNo' ? corrections : [...corrections, ...refusals];
  const starts = (at: number, phrase: string) => {
    const wanted = phrase.split(' ');
    return wanted.every((word, part) => words[at + part] === word) ? wanted.length : 0;
  };
  const found: SecondThought[] = [];
  for (let at = words.length - 1; at >= 0; at--) {
    const lengths = new Set(marks.map((mark) => starts(at, mark)).filter((length) => length > 0 && at > 0));
    for (const length of [...lengths].toSorted((one, other) => other - one)) {
      const to = places[at + length]?.index;
      if (to !== undefined) found.push({ before: text.slice(0, places[at]?.index), after: text.slice(to) });
    }
    // "Not on Monday" is no Monday: something must stand between.
    const denial = contrasts.flatMap(([not, but]) =>
      words[at] === but ? words.slice(0, Math.max(0, at - 1)).lastIndexOf(not) : [],
    );
    const from = Math.max(-1, ...denial);
    const behind = places[at + 1]?.index;
    if (from >= 0 && behind !== undefined && kind !== 'yesNo') {
      const not = places[from]?.index ?? 0;
      const denied = text.slice(not + (places[from]?.[0].length ?? 0), places[at]?.index);
      const instead = { of: denied, in: text.slice(0, not) };
      found.push({ before: '', after: text.slice(behind), instead });
    }
  }
  if (PLAIN_KINDS.has(kind)) found.push(...behindDenials(text, DENIALS[language]));
  return found;
}

/** Nothing that is left of such an answer can be taken for one by its words alone. */
const PLAIN_KINDS: ReadonlySet<SlotKind> = new Set(['date', 'time', 'number']);

const DENIALS: Readonly<Record<KnownLanguage, string>> = { ru: 'не', en: 'not', he: 'לא' };

/** `не в субботу, в воскресенье`: a clause that only denies, and what follows it. */
function behindDenials(text: string, not: string): readonly SecondThought[] {
  const commas = [...text.matchAll(/,/g)].map(({ index }) => index);
  return commas.flatMap((comma, at) => {
    const [first, ...others] = wordsOf(text.slice((commas[at - 1] ?? -1) + 1, comma));
    return first === not && others.length > 0 ? [{ before: '', after: text.slice(comma + 1) }] : [];
  });
}
