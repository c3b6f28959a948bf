/** Words that are spelled letter by letter. */
import { wordsOf } from '../words.ts';
import type { Heard } from './heard.ts';

/** Fewer letters may be anything. */
const FEWEST_LETTERS = 3;

/** How an example begins: `v as in Victor`. */
const EXAMPLES: readonly (readonly string[])[] = [
  ['as', 'in'],
  ['as', 'for'],
  ['for'],
  ['like'],
  ['как', 'в', 'слове'],
  ['как'],
  ['כמו'],
];

/** Without the words by which letters are told apart: `v as in Victor, a` is `v a`. */
export function withoutExamples(words: readonly string[], heard: Heard): readonly string[] {
  const plain: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    plain.push(word);
    if (letterOf(word, heard) === undefined) continue;
    const example = EXAMPLES.find((lead) => lead.every((part, behind) => words[at + 1 + behind] === part));
    const [first = ''] = words[at + 1 + (example?.length ?? 0)] ?? '';
    // Only a word that begins with the letter is an example of it.
    if (example && [letterOf(word, heard), heard.table.latin.get(word)].includes(first))
      at += example.length + 1;
  }
  return plain;
}

/** `и в а н`, `эн-и-на`, `jay oh aitch en`, `J-O-H-N`: the letters joined; undefined unless letters are all there is. */
export function spelledWord(text: string, heard: Heard): string | undefined {
  const words = withoutExamples(wordsOf(text), heard);
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
