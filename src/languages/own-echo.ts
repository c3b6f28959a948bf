/** Whether what was recognised is the bot's own voice coming back over the caller's loudspeaker. Pure. */
import { languageOf } from './language-of.ts';
import { isMisheard } from './misheard.ts';
import { readNumbers } from './spoken-numbers.ts';
import { wordsOf } from './words.ts';

/** Up to this many words a partial text must match exactly: two words that are nearly the bot's are easily the caller's own. */
const SHORT_WORDS = 3;

/** Of a longer one, this share of the words must match: an echo is recognised badly, but not that badly. */
const LEAST_LIKENESS = 0.7;

/**
 * True if `heard` is most likely a piece of `played`. `played` is what the bot has said in the last seconds: the chunk that is being
 * heard and the one before it. `language` is a BCP-47 tag or `auto`.
 */
export function isOwnEcho(heard: string, played: string, language: string): boolean {
  const words = spokenWords(heard, language);
  if (words.length === 0) return false;
  const likeness = echoLikeness(heard, played, language);
  return words.length <= SHORT_WORDS ? likeness === 1 : likeness >= LEAST_LIKENESS;
}

/**
 * How much of `heard` stands in `played`, in one piece and in this order: from 0 to 1. A word too many, too few or another one counts
 * as one mistake; a word that is nearly the same, and a last word that is only begun, as half a one.
 */
export function echoLikeness(heard: string, played: string, language: string): number {
  const words = spokenWords(heard, language);
  if (words.length === 0) return 0;
  const mistakes = fewestMistakes(words, spokenWords(played, language));
  return Math.max(0, 1 - mistakes / words.length);
}

/** Numbers as digits, in the groups in which they are said: half a telephone number is a piece of it. */
function spokenWords(text: string, language: string): string[] {
  return readNumbers(wordsOf(text), languageOf(language, text)).map((item) =>
    'digits' in item ? item.digits : item.word,
  );
}

/** The edit distance, word by word, between `words` and the piece of `within` that is nearest to them. */
function fewestMistakes(words: readonly string[], within: readonly string[]): number {
  // A piece may begin anywhere: no words of ours cost nothing wherever they stand.
  let row: readonly number[] = [0, ...within.map(() => 0)];
  for (const [at, word] of words.entries()) {
    const isLast = at === words.length - 1;
    const next = [at + 1];
    for (const [place, other] of within.entries()) {
      const replaced = (row[place] ?? 0) + costOf(word, other, isLast);
      const added = (row[place + 1] ?? 0) + 1;
      const leftOut = (next[place] ?? 0) + 1;
      next.push(Math.min(replaced, added, leftOut));
    }
    row = next;
  }
  return Math.min(...row);
}

function costOf(word: string, other: string, mayBeBegun: boolean): number {
  if (word === other) return 0;
  if (mayBeBegun && word.length > 1 && other.startsWith(word)) return 0.5;
  return isMisheard(word, other) ? 0.5 : 1;
}
