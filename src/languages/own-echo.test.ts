import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { echoLikeness, isOwnEcho } from './own-echo.ts';

const PLAYED =
  'Записала вас к терапевту на пятницу, двадцать третьего мая, в 15 часов 30 минут. Возьмите с собой паспорт и полис.';

describe('isOwnEcho', () => {
  it.each([
    'записала вас к терапевту',
    'Возьмите с собой паспорт',
    'на пятницу',
    'паспорт',
    'в пятнадцать часов тридцать минут',
    // A wrong word, a missing one, one too many.
    'записала нас к терапевту на пятницу',
    'записала к терапевту на пятницу двадцать',
    'возьмите с собой ваш паспорт и полис',
    // Badly heard.
    'записала вас к терапевта на пятницы',
    // The last word has only begun.
    'возьмите с собой пас',
  ])('knows its own words: %s', (heard) => {
    expect(isOwnEcho(heard, PLAYED, 'ru-RU')).toBe(true);
  });

  it.each([
    '',
    'подождите',
    'нет',
    'да',
    'на субботу',
    'нет не к терапевту',
    'запишите меня на субботу пожалуйста',
    'а можно на пятницу но попозже',
    'вас пятницу',
    // Echo, and then the caller.
    'к терапевту нет подождите не надо',
  ])('does not take the caller for itself: %s', (heard) => {
    expect(isOwnEcho(heard, PLAYED, 'ru-RU')).toBe(false);
  });

  it('knows a part of a number', () => {
    expect(isOwnEcho('восемь девятьсот двенадцать', 'Наш номер: 8 912 345-67-89.', 'ru-RU')).toBe(true);
  });

  it('hears no echo when nothing is played', () => {
    expect(isOwnEcho('алло', '', 'ru-RU')).toBe(false);
  });

  const word = fc.stringMatching(/^[a-z]{1,8}$/);

  it('knows every piece of what is played', () => {
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 20 }),
        fc.nat(),
        fc.nat(),
        (words, from, length) => {
          const start = from % words.length;
          const piece = words.slice(start, start + 1 + (length % words.length));
          expect(isOwnEcho(piece.join(' '), words.join(' '), 'xx')).toBe(true);
        },
      ),
    );
  });

  it('gives a likeness from 0 to 1, 0 for words that were never said', () => {
    fc.assert(
      fc.property(fc.array(word), fc.array(word), (heard, played) => {
        const likeness = echoLikeness(heard.join(' '), played.join(' '), 'xx');
        expect(likeness).toBeGreaterThanOrEqual(0);
        expect(likeness).toBeLessThanOrEqual(1);
        expect(echoLikeness(heard.join(' '), played.map((each) => `щ${each}щщщщщщщ`).join(' '), 'xx')).toBe(
          0,
        );
      }),
    );
  });
});
