/** Documents as large as a company's, made by chance: words are as seldom as in a language (Zipf and Mandelbrot), in several endings. */
import { seeded } from '../../src/base/seeded.ts';
import type { Passage } from '../../src/context/knowledge/passages.ts';

const SYLLABLES =
  'ба ве го да же зи ка лу мо не по ра си ту фо ха цы чи ша ще стра пле кро гри дво сло'.split(' ');
const ENDINGS = ' а у ы ом ами ах ов ый ого ая ому'.split(' ');
const FILLERS = 'ну а скажите пожалуйста как у вас там можно'.split(' ');

const STEMS = 15_000;
/** The most frequent word then stands in every fifth passage, as the company's main thing does. */
const OFFSET = 100;
const WORDS_A_PASSAGE = 120;

export interface ManyPassages {
  readonly passages: readonly Passage[];
  /** As callers say them: fillers, and words of one passage each in other endings. */
  readonly questions: readonly string[];
}

export function manyPassages(count: number, questions: number): ManyPassages {
  const chance = seeded(1);
  const pick = <T>(of: readonly T[]) => chance.one(of);
  const stems = Array.from({ length: STEMS }, () =>
    Array.from({ length: chance.whole(2, 4) }, () => pick(SYLLABLES)).join(''),
  );
  // 1/(rank + offset): the words of grammar, which are the most frequent, are no part of this.
  const stem = () => stems[Math.floor(OFFSET * (1 + STEMS / OFFSET) ** chance.next() - OFFSET)] ?? 'слово';
  const words = (length: number) => Array.from({ length }, () => `${stem()}${pick(ENDINGS)}`.trim());
  const passages = Array.from({ length: count }, (_, at): Passage => ({
    title: words(3).join(' '),
    file: `${Math.floor(at / 20)}.md`,
    headings: [words(4).join(' ')],
    text: words(WORDS_A_PASSAGE).join(' '),
  }));
  const asked = Array.from({ length: questions }, () => {
    const of = pick(passages).text.split(' ');
    return [pick(FILLERS), ...Array.from({ length: 5 }, () => pick(of)), pick(FILLERS), words(1)[0]].join(
      ' ',
    );
  });
  return { passages, questions: asked };
}
