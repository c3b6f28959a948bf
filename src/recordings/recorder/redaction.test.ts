import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mask } from './redaction.ts';

describe('a mask', () => {
  it('hides digits, wherever they are', () => {
    expect(new Mask().masked('Договор 427-115, до 18:00')).toBe('Договор 000-000, до 00:00');
  });

  it('hides a number that is dictated as words, and leaves a single one', () => {
    expect(new Mask().masked('мой номер восемь девятьсот двенадцать три')).toMatch(/^мой номер x+ x+ x+ x+$/);
    expect(new Mask().masked('одну минуту, через два часа')).toBe('одну минуту, через два часа');
    expect(new Mask().masked('it is oh seven double five')).not.toContain('seven');
  });

  it('hides a name that was introduced, wherever it is said again', () => {
    const mask = new Mask();
    mask.learn('Здравствуйте, меня зовут Иван Петров.');
    expect(mask.masked('Иван, спасибо! Петрову И.')).toBe('xxxx, спасибо! xxxxxxx И.');
  });

  it('hides names in the middle of a sentence, and not its first word', () => {
    const mask = new Mask();
    mask.learn('Please tell Margaret about it. Thanks.');
    expect(mask.masked('Please call Margaret.')).toBe('Please call xxxxxxxx.');
  });

  it('hides a name that only the bot has written with its capital, and not what the operator wrote for it', () => {
    const mask = new Mask('Ты отвечаешь в парикмахерской Локон.');
    mask.learn('иван');
    mask.learnFromBot('Хорошо, Иван, ждём вас в парикмахерской Локон.');
    expect(mask.masked('иван')).toBe('xxxx');
    expect(mask.masked('Ждём вас в парикмахерской Локон.')).toBe('Ждём вас в парикмахерской Локон.');
  });

  it('hides the name that the telephone tells', () => {
    const mask = new Mask();
    mask.learnName('דנה כהן');
    expect(mask.masked('שלום דנה')).toBe('שלום xxx');
  });

  it('hides the beginning of a number, once more of it was said', () => {
    const mask = new Mask();
    mask.learn('номер восемь девятьсот двенадцать');
    expect(mask.masked('номер восемь')).toBe('номер xxxxxx');
    expect(mask.masked('номер восемь девятьсот')).toBe('номер xxxxxx xxxxxxxxx');
    expect(mask.masked('через восемь дней')).toBe('через восемь дней');
  });

  it('hides the words of a number one by one, also where they are written otherwise', () => {
    const text = 'Итак, восемь девятьсот двенадцать.';
    const words = ['Итак', 'восемь', 'девятьсот', 'двенадцать'];
    expect(new Mask().maskedWords(words, text)).toEqual(['Итак', 'xxxxxx', 'xxxxxxxxx', 'xxxxxxxxxx']);
    expect(new Mask().maskedWords(['дом', 'сорок', 'два'], 'дом 42')).toEqual(['дом', 'xxxxx', 'xxx']);
    expect(new Mask().maskedWords(['два', 'дома'], 'два дома')).toEqual(['два', 'дома']);
  });

  it('hides the same of what the bot says whether it is seen whole or sentence by sentence', () => {
    const chunks = [
      'Дом двадцать. ',
      'Пять минут от метро. ',
      'Улица ',
      'Мира, сорок семь.|',
      'Один из первых.',
    ];
    const mask = new Mask();
    mask.learnFromBot(chunks.join(''));
    const sentences = ['Дом двадцать.', 'Пять минут от метро.', 'Улица Мира, сорок семь.', 'Один из первых.'];
    const whole = mask.masked(chunks.join(''));
    for (const sentence of sentences) expect(whole).toContain(mask.masked(sentence));
    expect(whole).toBe('Дом двадцать. Пять минут от метро. Улица xxxx, xxxxx xxxx.|Один из первых.');
  });

  it('keeps the length of every text, so that tokens keep their places', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const mask = new Mask();
        mask.learn(text);
        expect([...mask.masked(text)]).toHaveLength([...text].length);
        expect(mask.masked(text)).not.toMatch(/[1-9]/);
      }),
    );
  });
});
