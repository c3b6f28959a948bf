import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADAPTIVE_DEFAULTS, adaptive, adaptiveSettings } from './adaptive.ts';
import { fixedSilence } from './fixed-silence.ts';
import type { SlotSpec } from '../languages/slots/slot.ts';

const SILENCE_MS = 600;
const endOfTurn = adaptive(SILENCE_MS);
const waitMs = (text: string, endOfUtterance = false, language = 'ru-RU') =>
  endOfTurn.waitMs({ text, language, endOfUtterance });

describe('adaptive end of turn', () => {
  it('waits as a fixed silence does while nothing has been understood', () => {
    expect(waitMs('')).toBe(SILENCE_MS);
    expect(fixedSilence(SILENCE_MS).waitMs({ text: 'и', language: 'ru-RU', endOfUtterance: false })).toBe(
      SILENCE_MS,
    );
  });

  it('is quicker after a complete sentence, and when the recognizer says so', () => {
    expect(waitMs('Который час?')).toBe(300);
    expect(waitMs('который час', true)).toBe(300);
    expect(waitMs('который час')).toBe(600);
  });

  it("waits as a bot's own callers are known to, and as for everybody where nothing is known of them", () => {
    const own = adaptive(SILENCE_MS, adaptiveSettings({ finished: 0.75, open: undefined }));
    const ownMs = (text: string) => own.waitMs({ text, language: 'ru-RU', endOfUtterance: false });
    expect([waitMs('да спасибо'), ownMs('да спасибо')]).toEqual([300, 450]);
    expect(ownMs('я хочу записаться к')).toBe(waitMs('я хочу записаться к'));
  });

  it('is slower after a comma, and much slower when more must come, whatever the recognizer says', () => {
    expect(waitMs('Добрый день,')).toBe(900);
    expect(waitMs('Добрый день,', true)).toBe(600);
    expect(waitMs('я хочу записаться к', true)).toBe(1500);
    expect(waitMs('завтра мы', true)).toBe(600);
  });

  it.each([
    ['ru-RU', 'восемь девять один два три четыре пять шесть семь восемь девять'],
    ['en-US', 'one two one two five five five zero one nine nine'],
    ['he-IL', 'אפס חמש ארבע אחת שתיים שלוש ארבע חמש שש שבע'],
  ])(
    'takes a telephone number dictated digit by digit, a second apart, as one turn: %s',
    (language, number) => {
      const digits = number.split(' ');
      for (let said = 1; said < digits.length; said++)
        for (const endOfUtterance of [false, true])
          expect(waitMs(digits.slice(0, said).join(' '), endOfUtterance, language)).toBeGreaterThan(1300);
      expect(waitMs(number, false, language)).toBe(300);
    },
  );

  it('ends even an unfinished number after a far longer pause', () => {
    expect(waitMs('8 912 345')).toBe(2500);
  });

  it.each<readonly [SlotSpec, string, string, number]>([
    [{ type: 'yesNo' }, 'ru-RU', 'да', 300],
    [{ type: 'yesNo' }, 'en-US', 'yes please', 300],
    [{ type: 'yesNo' }, 'ru-RU', 'да но', 1500],
    [{ type: 'digits', length: 4 }, 'ru-RU', 'один два три', 2500],
    [{ type: 'digits', length: 4 }, 'ru-RU', '123.', 2500],
    [{ type: 'digits', length: 4 }, 'ru-RU', 'один два три четыре', 300],
    [{ type: 'phone' }, 'ru-RU', 'восемь', 2500],
    [{ type: 'phone' }, 'ru-RU', '8 912 345 67 89', 300],
    [{ type: 'phone' }, 'en-US', 'plus seven nine one two three four five six seven eight nine', 600],
    [{ type: 'phone' }, 'en-US', 'plus seven nine one two', 2500],
    [{ type: 'phone' }, 'ru-RU', 'а сколько стоит доставка', 600],
    [{ type: 'email' }, 'ru-RU', 'иван точка', 2500],
    [{ type: 'email' }, 'ru-RU', 'иван точка петров собака яндекс', 2500],
    [{ type: 'email' }, 'ru-RU', 'иван точка петров собака яндекс точка ру', 300],
    [{ type: 'email' }, 'en-US', 'john at example dot co', 600],
    [{ type: 'name' }, 'ru-RU', 'эн и', 2500],
    [{ type: 'name' }, 'en-US', 'my name is j o h', 2500],
    [{ type: 'name' }, 'he-IL', 'דני כהן', 600],
    [{ type: 'number' }, 'ru-RU', 'две', 600],
    [{ type: 'time' }, 'he-IL', 'חמש', 600],
    [{ type: 'text' }, 'ru-RU', 'синий насос', 600],
  ])(
    'knows by what was asked whether the answer is all there: %j %s %s',
    (expecting, language, text, expected) => {
      expect(endOfTurn.waitMs({ text, language, endOfUtterance: false, expecting })).toBe(expected);
    },
  );

  it.each([
    ['ru-RU', { type: 'digits', length: 6 }, 'один два три четыре пять шесть'],
    ['en-US', { type: 'email' }, 'j o h n dot smith at gmail dot com'],
    ['ru-RU', { type: 'email' }, 'иван точка петров собака яндекс точка ру'],
  ] as const)(
    'takes what is spelled or dictated, a second apart, as one turn: %s %j',
    (language, expecting, answer) => {
      const words = answer.split(' ');
      for (let said = 2; said < words.length; said++) {
        const text = words.slice(0, said).join(' ');
        expect(endOfTurn.waitMs({ text, language, endOfUtterance: true, expecting }), text).toBeGreaterThan(
          1300,
        );
      }
    },
  );

  it('stays within its bounds for any silence and any text', () => {
    const { minMs, maxMs } = ADAPTIVE_DEFAULTS;
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 5000 }),
        fc.constantFrom('', 'Да.', 'и', 'восемь', '8 912', 'Добрый день,'),
        fc.boolean(),
        (silenceMs, text, endOfUtterance) => {
          const wait = adaptive(silenceMs).waitMs({ text, language: 'ru-RU', endOfUtterance });
          expect(wait).toBeGreaterThanOrEqual(minMs);
          expect(wait).toBeLessThanOrEqual(maxMs);
        },
      ),
    );
  });

  it('never waits longer because the recognizer believes that the speaker has finished', () => {
    fc.assert(
      fc.property(fc.constantFrom('', 'да', 'Да.', 'и', 'восемь', '8 912', 'день,'), (text) => {
        expect(waitMs(text, true)).toBeLessThanOrEqual(waitMs(text, false));
      }),
    );
  });
});
