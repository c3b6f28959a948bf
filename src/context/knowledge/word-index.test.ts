import { describe, expect, it } from 'vitest';
import type { AsPlainObject } from 'minisearch';
import { manyPassages } from '../../../test/support/many-passages.ts';
import { WordIndex } from './word-index.ts';
import type { Passage } from './passages.ts';

const load = (passages: readonly Passage[]) =>
  WordIndex.load(JSON.parse(WordIndex.build(passages)) as AsPlainObject);
const passage = (text: string): Passage => ({ title: 'T', file: 'a.md', headings: [], text });

/** A search takes 2 ms; ten times that on a machine that does five other things. */
const SEARCHED_WITHIN_MS = 150;

describe('the words of passages', () => {
  it('find a word that was heard, or inflected, a little otherwise, and no other number', async () => {
    const words = await load([
      passage('Кроссовки Найк, модель 2500.'),
      passage('משלוחים עד הבית'),
      passage('Пылесос'),
    ]);
    const found = (question: string) => words.find(question, 4).map(({ at }) => at);
    expect(found('есть красовки найки?')).toEqual([0]);
    expect(found('והמשלוחון')).toEqual([1]);
    expect(found('модель две тысячи пятьсот')).toEqual([0]);
    expect(found('2501')).toEqual([]);
  });

  it('are searched among thousands as soon as among few, however frequent they are', async () => {
    const { passages, questions } = manyPassages(800, 60);
    const common = passages.map((each) => ({ ...each, text: `магазин цветов ${each.text}` }));
    const words = await load([...common, passage('В магазине цветов есть азалии.')]);
    const startedAtMs = performance.now();
    for (const question of questions) words.find(`магазин цветов ${question}`, 4);
    expect((performance.now() - startedAtMs) / questions.length).toBeLessThan(SEARCHED_WITHIN_MS);
    expect(words.find('а в магазине цветов азалии', 4).map(({ at }) => at)).toEqual([800]);
    expect(words.find('магазин', 4)).toHaveLength(4);
  });
});
