import { describe, expect, it } from 'vitest';
import { maskNumber, maskText } from './mask.ts';

describe('masks', () => {
  it.each([
    ['+79161234512', '+7 *** **12'],
    ['+7 (916) 123-45-12', '+7 *** **12'],
    ['89161234512', '*** **12'],
    ['1001', '**01'],
    ['12', '**'],
    ['anonymous', '***'],
    ['', ''],
    ['canary', 'canary'],
  ])('leave of the number "%s" only "%s"', (number, masked) => {
    expect(maskNumber(number)).toBe(masked);
  });

  it.each([
    ['Сколько стоит доставка — в рублях?', '«5 words»'],
    ['да', '«1 word»'],
    ['', '«0 words»'],
  ])('leave of "%s" only how much it was', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });
});
