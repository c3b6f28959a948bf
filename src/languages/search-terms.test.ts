import { describe, expect, it } from 'vitest';
import { indexTerms, questionTerms } from './search-terms.ts';

/** The likeliest stem of each word that is looked for. */
const firsts = (text: string) => questionTerms(text).map(([first]) => first?.term);

describe('what a spoken question is searched by', () => {
  it.each([
    ['ну э а сколько у вас стоит доставка в Подольск?', 'доставка в Подольске стоит'],
    ['а скажите пожалуйста гарантии на насосы', 'гарантия насос'],
    ["uh what's the price of deliveries please", 'price delivery'],
    ['можно за две тысячи пятьсот', '2500'],
    ['доставка DHL и пицца', 'доставкой пиццы dhl'],
  ])('%s', (question, document) => {
    expect(firsts(question).toSorted()).toEqual(
      indexTerms(document)
        .filter((term) => firsts(document).includes(term))
        .toSorted(),
    );
  });

  it('is nothing for what only fills a silence', () => {
    expect(questionTerms('ну да, а вот, спасибо')).toEqual([]);
    expect(questionTerms('אה כן תודה')).toEqual([]);
    expect(questionTerms('um yes, okay, thanks')).toEqual([]);
    expect(questionTerms('')).toEqual([]);
  });

  it.each([
    ['והמשלוח', 'משלוח'],
    ['לאילת', 'אילת'],
    ['שהמשלוחים', 'משלוח'],
    ['בחנות', 'חנות'],
  ])('is found in Hebrew without the letters before it and its ending: %s', (said, written) => {
    const terms = questionTerms(said).flatMap((word) => word.map(({ term }) => term));
    expect(terms).toEqual(expect.arrayContaining([indexTerms(written)[0]]));
  });
});
