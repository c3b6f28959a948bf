/** Whether what the model makes of an answer is what the caller said. */
import { readSlot } from '../../languages/slots/read-slot.ts';
import type { SlotPlace, SlotSpec } from '../../languages/slots/slot.ts';
import { wordsOf } from '../../languages/words.ts';

/** Two words with so many letters in common are forms of one. */
const STEM_LETTERS = 4;

/**
 * said: the caller's words say it. unsure: they may mean it, and the caller is asked whether they do. no: they do not.
 * `told` is what the caller said besides questions.
 */
export type Grounds = 'said' | 'unsure' | 'no';

export function groundsFor(spec: SlotSpec, value: string, told: string, place: SlotPlace): Grounds {
  const words = wordsOf(told);
  if (words.length === 0) return 'no';
  const reading = readSlot(spec, told, place);
  if (spec.type === 'text' || spec.type === 'name') return likeness(value, words);
  if ('value' in reading) return reading.value === value ? 'said' : 'no';
  switch (spec.type) {
    // Nobody's number is guessed.
    case 'digits':
    case 'phone':
      return 'no';
    case 'email':
      return reading.unclear === 'incomplete' ? 'unsure' : 'no';
    default:
      return 'unsure';
  }
}

/** Free words are those of the caller in any of their forms; what was spelled, or is written in other letters, may be them. */
function likeness(value: string, words: readonly string[]): Grounds {
  const own = wordsOf(value);
  if (own.some((word) => word.length > 1 && words.some((other) => stem(word) === stem(other)))) return 'said';
  const isSpelled = words.filter((word) => word.length <= 2).length > words.length / 2;
  return isSpelled || isLatin(own.join('')) !== isLatin(words.join('')) ? 'unsure' : 'no';
}

const stem = (word: string) => (word.length > STEM_LETTERS ? word.slice(0, STEM_LETTERS) : word);
const isLatin = (text: string) => /[a-z]/.test(text) && !/[^\p{Script=Latin}\d]/u.test(text);
