/** Words that are spelled letter by letter. */
import { wordsOf } from '../words.ts';
import type { Heard } from './heard.ts';

/** Fewer letters may be anything. */
const FEWEST_LETTERS = 3;

/** `и в а н`, `эн-и-на`, `jay oh aitch en`, `J-O-H-N`: the letters joined; undefined unless letters are all there is. */
export function spelledWord(text: string, heard: Heard): string | undefined {
  const words = wordsOf(text);
  const letters = words.map((word) => letterOf(word, heard));
  if (letters.length < FEWEST_LETTERS) return undefined;
  return letters.every((letter) => letter !== undefined) ? letters.join('') : undefined;
}

/** How many letters a text ends with: whoever spells goes on. */
export function lettersAtEnd(words: readonly string[], heard: Heard): number {
  const before = words.findLastIndex((word) => letterOf(word, heard) === undefined);
  return words.length - 1 - before;
}

function letterOf(word: string, { table }: Heard): string | undefined {
  if (/^\p{L}$/u.test(word)) return word;
  return table.letters.get(word);
}
