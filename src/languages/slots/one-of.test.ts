import { describe, expect, it } from 'vitest';
import { heard } from './heard.ts';
import { readOneOf } from './one-of.ts';

describe('one of a few from speech', () => {
  const sizes = {
    S: ['маленький', 'small', 'קטן'],
    M: ['средний', 'medium', 'בינוני'],
    L: ['большой', 'large', 'גדול'],
  };
  const days = { понедельник: [], 'каждый день': [], день: [] };

  it.each<readonly [language: string, text: string, expected: string]>([
    ['ru', 'большой', 'L'],
    ['ru', 'давайте большую', 'L'],
    ['ru', 'эль', 'L'],
    ['ru', 'размер эм, пожалуйста', 'M'],
    ['ru', 'L', 'L'],
    ['ru', 'первый', 'S'],
    ['ru', 'второй вариант', 'M'],
    ['ru', 'последний', 'L'],
    ['ru', 'не большой, а маленький', 'S'],
    ['ru', 'сридний', 'M'],
    ['ru', 'большой или средний', '?several'],
    ['ru', 'пятый', '?outOfRange'],
    ['ru', 'зелёный', '?none'],
    ['en', 'the large one please', 'L'],
    ['en', 'lardge', 'L'],
    ['en', 'the second one', 'M'],
    ['en', 'el', 'L'],
    ['en', 'not the large one', '?none'],
    ['en', 'the cheaper one', '?none'],
    ['en', 'number one', 'S'],
    ['he', 'גדול בבקשה', 'L'],
    ['he', 'השני', 'M'],
  ])('%s: %s is %s', (language, text, expected) => {
    expect(read(sizes, text, language)).toBe(expected);
  });

  it('is the longest of those that were said', () => {
    expect(read(days, 'каждый день', 'ru')).toBe('каждый день');
  });
});

function read(values: Readonly<Record<string, readonly string[]>>, text: string, language: string): string {
  const reading = readOneOf(heard(text, language), { type: 'oneOf', values });
  return 'value' in reading ? reading.value : `?${reading.unclear}`;
}
