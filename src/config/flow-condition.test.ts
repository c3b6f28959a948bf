import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../base/json.ts';
import { isTrue, namesIn, parseCondition } from './flow-condition.ts';

const VALUES: Readonly<Record<string, Json>> = {
  size: 'L',
  count: '12',
  wants: 'no',
  code: '007',
  'result.stock.items': [],
  'result.stock.price': 300,
  'result.stock.ok': true,
};
const holds = (text: string) => isTrue(parseCondition(text), (name) => VALUES[name]);

describe('a condition of a flow', () => {
  it.each([
    ["size == 'L'", true],
    ['size == "M"', false],
    ["size != 'M'", true],
    ['size', true],
    ['colour', false],
    ['not colour', true],
    ["colour != 'red'", true],
    ["colour == ''", false],
    ['wants', true],
    ["wants == 'yes'", false],
    ['count > 9', true],
    ['count <= 12', true],
    ['count < 9', false],
    ['colour < 9', false],
    ["code == '007'", true],
    ['code == 7', false],
    ['result.stock.items', false],
    ['result.stock.price >= 300', true],
    ['result.stock.ok == true', true],
    ["size == 'L' and count > 9", true],
    ["size == 'M' or count > 9 and wants == 'no'", true],
    ["(size == 'M' or count > 9) and wants == 'yes'", false],
    ["not (size == 'L' and count > 20)", true],
    ["not size == 'L'", false],
  ])('%s is %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it.each([
    ['', 'a slot or a value is missing'],
    ['size ==', 'a slot or a value is missing'],
    ['size = 3', 'cannot be read at character 5'],
    ['(size', 'a ) is missing'],
    ['size size', '"size" is not expected'],
    ["size == 'L", 'cannot be read'],
    ['process.exit(1)', 'is not expected'],
    ['and', 'is missing'],
    ['('.repeat(10_000), 'too deeply'],
  ])('that is wrong is told of: %s', (text, told) => {
    expect(() => parseCondition(text)).toThrow(told);
  });

  it('names what it depends on', () => {
    expect(namesIn(parseCondition("not (size == 'L') or result.stock.items"))).toEqual([
      'size',
      'result.stock.items',
    ]);
  });

  it('of any text is read, or refused with a SyntaxError', () => {
    const pieces = [
      'size',
      '==',
      "'L'",
      '(',
      ')',
      'and',
      'or',
      'not',
      '<',
      '3',
      'result.x',
      '"',
      '.',
      '$',
      '-1',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        try {
          expect(typeof holds(parts.join(' '))).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
