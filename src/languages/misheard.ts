/** Whether two words may be one that was recognised badly. Pure. */
import { editDistance } from '../base/edit-distance.ts';

/** From this length on, a word may be a letter off for every four. */
const LETTERS_A_MISTAKE = 4;

export function isMisheard(word: string, other: string): boolean {
  const allowed = Math.floor(Math.min(word.length, other.length) / LETTERS_A_MISTAKE);
  return (
    allowed > 0 && Math.abs(word.length - other.length) <= allowed && editDistance(word, other) <= allowed
  );
}
