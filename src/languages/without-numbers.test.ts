import { describe, expect, it } from 'vitest';
import { withoutNumbers } from './without-numbers.ts';

describe('a text without its numbers', () => {
  it.each([
    ['ru-RU', 'а двадцать третьего подойдет', 'а • • подойдет'],
    ['ru-RU', 'родилась двенадцатого в восемьдесят пятом', 'родилась • в • •'],
    ['en-US', 'is the twenty third of may 1985 right', 'is the • • of may • right'],
    ['he-IL', 'העשרים ושלוש במאי', '• • במאי'],
  ])('has none in any of its forms, ordinals too, in %s: %s', (language, text, without) => {
    expect(withoutNumbers(text, language)).toBe(without);
  });
});
