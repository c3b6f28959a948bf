import { describe, expect, it } from 'vitest';
import { callableNumber } from './callable-number.ts';

describe('a number that is to be called', () => {
  it.each([
    ['+7 916 123-45-12', '+79161234512'],
    [' +74951234567 ', '+74951234567'],
    ['201', '201'],
  ])('is made one and the same: %s', (written, number) => {
    expect(callableNumber(written)).toBe(number);
  });

  it.each([
    '+79161234512&PJSIP/900',
    '201@other',
    '201,30',
    'PJSIP/201',
    '*72',
    '1',
    '1234567',
    '89161234512',
    '+7916',
    '+'.padEnd(60, '7'),
    '',
  ])('is refused if it is none, or would be a door to elsewhere: %s', (written) => {
    expect(() => callableNumber(written)).toThrow(expect.objectContaining({ code: 'NUMBER_INVALID' }));
  });

  it.each([
    '112',
    '911',
    '999',
    '000',
    '03',
    '101',
    '104',
    '110',
    '119',
    '15',
    '17',
    '18',
    '118',
    '190',
    '192',
    '193',
  ])('is refused where people call for help: %s', (written) => {
    expect(() => callableNumber(written)).toThrow(/emergency/);
  });

  it('is called under a short number that is of the house', () => {
    expect(callableNumber('101', ['101'])).toBe('101');
    expect(() => callableNumber('102', ['101'])).toThrow(/emergency/);
  });

  it.each(['+78091234567', '+449098790000'])(
    'is refused where it costs whoever calls it more: %s',
    (written) => {
      expect(() => callableNumber(written)).toThrow(expect.objectContaining({ code: 'NUMBER_INVALID' }));
    },
  );
});
