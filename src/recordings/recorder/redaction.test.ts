import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mask } from './redaction.ts';

const russian = () => new Mask('ru-RU');

describe('a mask', () => {
  it('hides digits, wherever they are', () => {
    expect(russian().masked('Договор 427-115, до 18:00')).toBe('Договор 000-000, до 00:00');
  });

  it('hides a number that is dictated as words, and leaves a single one', () => {
    expect(russian().masked('мой номер восемь девятьсот двенадцать три')).toMatch(/^мой номер x+ x+ x+ x+$/);
    expect(russian().masked('одну минуту, через два часа')).toBe('одну минуту, через два часа');
    expect(new Mask('en-US').masked('it is oh seven double five')).not.toContain('seven');
  });

  it('hides a name that was introduced, wherever it is said again', () => {
    const mask = russian();
    mask.learn('Здравствуйте, меня зовут Иван Петров.');
    expect(mask.masked('Иван, спасибо! Петров И.')).toBe('xxxx, спасибо! xxxxxx И.');
  });

  it('hides names in the middle of a sentence, and not its first word', () => {
    const mask = new Mask('en-US');
    mask.learn('Please tell Margaret about it. Thanks.');
    expect(mask.masked('Please call Margaret.')).toBe('Please call xxxxxxxx.');
  });

  it('hides the name that the telephone tells', () => {
    const mask = new Mask('he-IL');
    mask.learnName('דנה כהן');
    expect(mask.masked('שלום דנה')).toBe('שלום xxx');
  });

  it('hides the beginning of a number, once more of it was said', () => {
    const mask = russian();
    mask.learn('номер восемь девятьсот двенадцать');
    expect(mask.masked('номер восемь')).toBe('номер xxxxxx');
    expect(mask.masked('номер восемь девятьсот')).toBe('номер xxxxxx xxxxxxxxx');
    expect(mask.masked('через восемь дней')).toBe('через восемь дней');
  });

  it('hides the words of a number one by one, also where they are written otherwise', () => {
    const text = 'Итак, восемь девятьсот двенадцать.';
    const words = ['Итак', 'восемь', 'девятьсот', 'двенадцать'];
    expect(russian().maskedWords(words, text)).toEqual(['Итак', 'xxxxxx', 'xxxxxxxxx', 'xxxxxxxxxx']);
    expect(russian().maskedWords(['дом', 'сорок', 'два'], 'дом 42')).toEqual(['дом', 'xxxxx', 'xxx']);
    expect(russian().maskedWords(['два', 'дома'], 'два дома')).toEqual(['два', 'дома']);
  });

  it('keeps the length of every text, so that tokens keep their places', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const mask = russian();
        mask.learn(text);
        expect([...mask.masked(text)]).toHaveLength([...text].length);
        expect(mask.masked(text)).not.toMatch(/[1-9]/);
      }),
    );
  });
});
