import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameText } from './same-text.ts';

describe('isSameText', () => {
  it.each([
    ['ru-RU', 'всё хорошо', 'Все хорошо.'],
    ['ru-RU', 'мне двадцать пять лет', 'Мне 25 лет.'],
    ['ru-RU', 'восемь девятьсот двенадцать', '8 (912)'],
    ['ru-RU', 'во первых да', 'Во-первых, да!'],
    ['en-US', "what's the time", 'What’s the time?'],
    ['en-US', 'twenty three', '23'],
    ['he-IL', 'עשרים ושלוש', '23'],
  ])('%s: "%s" is "%s"', (language, partial, final) => {
    expect(isSameText(partial, final, language)).toBe(true);
  });

  it.each([
    ['запишите меня на завтра', 'запишите меня на завтра утром'],
    ['мне двадцать', 'мне двадцать пять'],
    ['да', 'нет'],
    ['', 'да'],
    ['не надо', 'надо'],
  ])('"%s" is not "%s"', (partial, final) => {
    expect(isSameText(partial, final, 'ru-RU')).toBe(false);
    expect(isSameText(final, partial, 'ru-RU')).toBe(false);
  });

  it('does not see case, marks and spaces between words', () => {
    const word = fc.constantFrom('который', 'час', 'ещё', 'пять', 'сорок', 'hello', 'שלום');
    const gap = fc.constantFrom(' ', ', ', '  ', '. ', ' — ', '\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(word, gap, fc.boolean())), (said) => {
        const plain = said.map(([each]) => each).join(' ');
        const written = said
          .map(([each, after, isLoud]) => (isLoud ? each.toUpperCase() : each) + after)
          .join('');
        expect(isSameText(plain, written, 'ru-RU')).toBe(true);
      }),
    );
  });
});
