import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History, heardPart } from './history.ts';

describe('History', () => {
  it('joins what one side says in pieces', () => {
    const history = new History();
    history.callerSaid('Здравствуйте.');
    history.callerSaid('А в субботу?');
    history.botSaid('В субботу мы закрыты.');
    history.botSaid('Приходите в понедельник.');
    expect(history.messages).toEqual([
      { role: 'user', content: 'Здравствуйте. А в субботу?' },
      { role: 'assistant', content: 'В субботу мы закрыты.| Приходите в понедельник.' },
    ]);
  });

  it('marks an answer that the caller cut off', () => {
    const history = new History();
    history.botSaid('Мы работаем');
    history.cutHere();
    expect(history.messages).toEqual([{ role: 'assistant', content: 'Мы работаем', interrupted: true }]);
  });

  it('keeps the place where an answer was cut off when the bot says more', () => {
    const history = new History();
    history.botSaid('Мы работаем');
    history.cutHere();
    history.botSaid('Извините.');
    expect(history.messages).toEqual([{ role: 'assistant', content: 'Мы работаем —| Извините.' }]);
  });

  it('does not know what nobody heard', () => {
    const history = new History();
    history.callerSaid('Алло');
    history.botSaid('  ');
    history.cutHere();
    expect(history.messages).toEqual([{ role: 'user', content: 'Алло' }]);
  });
});

describe('heardPart', () => {
  const WHOLE = { audioMs: 1000, isWhole: true };

  it('cuts at the last word that was heard whole, by proportion', () => {
    expect(heardPart('one two three four', 500, WHOLE)).toBe('one two');
    expect(heardPart('one two three four', 0, WHOLE)).toBe('');
    expect(heardPart('one two three four', 1000, WHOLE)).toBe('one two three four');
  });

  it('cuts by the times of the words where the synthesizer told them', () => {
    const words = [
      { word: 'one', startMs: 0, lengthMs: 800 },
      { word: 'two', startMs: 800, lengthMs: 100 },
    ];
    expect(heardPart('one two', 700, { ...WHOLE, words })).toBe('');
    expect(heardPart('one two', 850, { ...WHOLE, words })).toBe('one');
  });

  it('does not take a chunk for heard that was still being synthesized when the caller interrupted', () => {
    const words = [{ word: 'one', startMs: 0, lengthMs: 300 }];
    expect(heardPart('one two three four', 400, { audioMs: 400, isWhole: false, words })).toBe('one');
    expect(heardPart('one two three four', 400, { audioMs: 400, isWhole: false })).toBe('one');
    expect(heardPart('one two three four', 0, { audioMs: 0, isWhole: false })).toBe('');
  });

  it('is always a beginning of the text, and grows with time', () => {
    const text = fc
      .array(fc.stringMatching(/^[a-zа-я]{1,8}$/), { maxLength: 12 })
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(text, fc.nat(1000), fc.nat(1000), (said, aMs, bMs) => {
        const [less, more] = [Math.min(aMs, bMs), Math.max(aMs, bMs)];
        const shorter = heardPart(said, less, WHOLE);
        const longer = heardPart(said, more, WHOLE);
        expect(said.startsWith(longer)).toBe(true);
        expect(longer.startsWith(shorter)).toBe(true);
      }),
    );
  });
});
