import { expect, it } from 'vitest';
import { unspoken } from './unspoken.ts';

const TEXT = 'Первое: насос, 3 мотора. Второе — вал!';
const WORDS = ['первое', 'насос', 'три', 'мотора', 'второе', 'вал'].map((word, index) => ({
  word,
  startMs: index * 100,
  lengthMs: 80,
}));

it.each([
  [0, TEXT],
  [79, TEXT],
  [80, 'насос, 3 мотора. Второе — вал!'],
  [150, 'насос, 3 мотора. Второе — вал!'],
  [180, '3 мотора. Второе — вал!'],
  // That the figure was heard is not known for sure.
  [280, '3 мотора. Второе — вал!'],
  [380, 'Второе — вал!'],
  [580, ''],
])('after %i ms the rest begins with the first word that was not heard whole', (spokenMs, rest) => {
  expect(unspoken(TEXT, WORDS, spokenMs)).toBe(rest);
});

it('is the whole text where nobody told of words: rather twice than not at all', () => {
  expect(unspoken(TEXT, [], 5000)).toBe(TEXT);
  expect(unspoken(TEXT, [{ word: 'w0', startMs: 0, lengthMs: 10 }], 5000)).toBe(TEXT);
});

it('goes no further than words were told of', () => {
  expect(unspoken(TEXT, WORDS.slice(0, 2), 5000)).toBe('3 мотора. Второе — вал!');
});

it('does not take a word for one like it later on', () => {
  expect(unspoken('да, да, да', [{ word: 'да', startMs: 0, lengthMs: 10 }], 10)).toBe('да, да');
});
