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
    refusals: ['нет', 'лучше', 'не надо', 'не нужно', 'не подойдет', 'не подходит', 'не хочу'],
    contrasts: [['не', 'а']],
  },
  en: {
    corrections: (
      'i mean|i meant|no wait|wait|sorry|actually|rather|or rather|scratch that|correction|oops|make that|hold on|' +
      'my mistake|no sorry|let me correct that|oh no|i take that back'
    ).split('|'),
    refusals: ['no', 'make it', 'nope'],
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
    refusals: ['לא', 'עדיף'],
    contrasts: [['לא', 'אלא']],
  },
};

/** `before` was meant first, and `after` then. */
export interface SecondThought {
  readonly before: string;
  readonly after: string;
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
    const isContrast = contrasts.some(
      ([not, but]) => words[at] === but && words.slice(0, Math.max(0, at - 1)).includes(not),
    );
    const behind = places[at + 1]?.index;
    if (isContrast && behind !== undefined && kind !== 'yesNo')
      found.push({ before: '', after: text.slice(behind) });
  }
  return found;
}
