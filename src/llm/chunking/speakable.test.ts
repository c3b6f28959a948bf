import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { speakable, SpeakableText } from './speakable.ts';

describe('what a voice cannot say', () => {
  it.each([
    ['**Важно:** не *кладите* трубку', 'Важно: не кладите трубку'],
    ['Это __очень__ _важно_ и ~~старое~~', 'Это очень важно и старое'],
    ['## Доставка\nЗавтра', 'Доставка\nЗавтра'],
    ['> Цитата\n> > глубже', ' Цитата\n глубже'],
    ['- один\n* два\n+ три\n  • четыре', 'один\nдва\nтри\nчетыре'],
    ['до\n---\nпосле', 'до\n\nпосле'],
    ['```json\n{"a": 1}\n```\nи `код`', '\n{"a": 1}\n\nи код'],
    ['Откройте [наш сайт](https://example.com/a_(b)?c=1 "Титул"), там всё', 'Откройте наш сайт, там всё'],
    ['См. [1] и [приложение]', 'См. 1 и приложение'],
    ['Доставка стоит 300[1] рублей.', 'Доставка стоит 300 рублей.'],
    ['Доставка стоит 300 [1] рублей.', 'Доставка стоит 300  рублей.'],
    ['Звоните: 8 800 555-35-35[2][3, 4].', 'Звоните: 8 800 555-35-35.'],
    ['Да.[^1] Нет[1](https://a.b/c). Или【4†source】.', 'Да. Нет. Или.'],
    ['~~500~~ 400', '500, 400'],
    ['5**500** и 5👍500, 5`500`', '5, 500 и 5, 500, 5, 500'],
    ['1\n- 500', '1\n500'],
    ['до\u00adстав\u200bка\u2060 \ufeff5\u2060500 нар\u200cод \ufffd', 'доставка 5500 нар\u200cод  '],
    ['*вздыхает* Ну хорошо.', ' Ну хорошо.'],
    ['Отлично! (smiles) [laughs] *clears his throat* Дальше', 'Отлично!    Дальше'],
    ['*Тихо смеётся* Да', ' Да'],
    ['כן *מחייך* בטח', 'כן  בטח'],
    ['Привет 👋🏽! Семья 👨‍👩‍👧, флаг 🇷🇺, ❤️‍🔥', 'Привет   ! Семья    , флаг   ,   '],
  ])('%j is spoken as %j', (text, spoken) => {
    expect(speakable(text)).toBe(spoken);
  });
});

describe('what only looks like markup', () => {
  it.each([
    'Два 2*3 и 2 * 3',
    'файл my_long_name.txt, почта ivan_petrov@example.com',
    'Звоните (495) 123-45-67 (круглосуточно)',
    '1. Откройте дверь\n2) Войдите',
    'наберите *100# или *#06#, **21*79991234567#',
    'нажмите # или *',
    'нажмите «*», "*" или *.',
    'Пауза sil<[300]> и <[small]> здесь, 3 < 5',
    'C# и №5, -5 градусов, +7 999, ~10 минут',
    'Минус\n-5 и\n+7',
    'Цена 5 > 3, 100 % ©',
    'Комментарий (он пришёл и просит)',
    'а (без конца',
  ])('%j stays as it is', (text) => {
    expect(speakable(text)).toBe(text);
  });

  it('keeps the words of emphasis', () => {
    expect(speakable('*Очень* важно. **Улыбается** удача. *Кот и пёс* дома')).toBe(
      'Очень важно. Улыбается удача. Кот и пёс дома',
    );
  });

  it('keeps a digit that is drawn as a key', () => {
    expect(speakable('1️⃣ Раз')).toBe('1 Раз');
  });

  it('keeps what follows a bracket that is not a link', () => {
    expect(speakable('[а](см. ниже) б')).toBe('а(см. ниже) б');
    expect(speakable('[а](http://example.com')).toBe('а(http://example.com');
  });
});

describe('text that arrives in pieces', () => {
  const marks = [
    '*',
    '**',
    '_',
    '~',
    '~~',
    '`',
    '```',
    '#',
    '>',
    '-',
    '(',
    ')',
    '[',
    ']',
    '](',
    '\n',
    ' ',
    '|',
    '.',
    '---\n',
  ];
  const words = [
    'слово',
    'вздыхает',
    'smiles',
    'тихо',
    '2',
    '3',
    'x',
    'http://a.b',
    '😀',
    '👨‍👩‍👧',
    '❤️',
    '"',
    '\uD83D',
    '\uDE00',
  ];
  const text = fc.oneof(
    fc.array(fc.constantFrom(...marks, ...words), { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );

  it('is cleaned the same as in one piece', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(60)), (whole, lengths) => {
        expect(inPieces(whole, lengths)).toBe(speakable(whole));
      }),
      { numRuns: 2000 },
    );
  });

  it('loses letters to markup only, adds none and keeps their order', () => {
    fc.assert(
      fc.property(text, (whole) => {
        let at = 0;
        for (const letter of letters(speakable(whole))) {
          at = whole.indexOf(letter, at) + letter.length;
          expect(at).toBeGreaterThanOrEqual(letter.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is not held back where it is plain', () => {
    const cleaner = new SpeakableText();
    expect(cleaner.push('Здравствуйте, **Анна')).toBe('Здравствуйте, Анна');
    expect(cleaner.push('** (см')).toBe(' ');
    expect(cleaner.push('. договор')).toBe('(см. договор');
  });
});

function inPieces(text: string, lengths: readonly number[]): string {
  const cleaner = new SpeakableText();
  let spoken = '';
  let at = 0;
  for (const length of lengths) {
    spoken += cleaner.push(text.slice(at, at + length));
    at += length;
  }
  return spoken + cleaner.push(text.slice(at)) + cleaner.end();
}

function letters(text: string): string[] {
  return text.match(/[\p{L}\p{N}]/gu) ?? [];
}
