/** Sounds that say "go on", not "stop": for judging what is said while the bot speaks. Pure. */
import { languageOf } from './language-of.ts';
import { LANGUAGES } from './registry.ts';
import { unstretched, wordsOf } from './words.ts';

/** More in a row are said to be heard: whoever says "да, да, да, понятно" wants the bot to stop. */
const LONGEST_WORDS = 3;

/**
 * True for a text that is a backchannel and nothing else: "угу", "да-да", "mhm", "I see". "Да" is one too: where the bot has just asked
 * something it may be an answer, which only the call can know. `language` is a BCP-47 tag or `auto`.
 */
export function isBackchannel(text: string, language: string): boolean {
  const words = wordsOf(text).map(unstretched);
  if (words.length === 0 || words.length > LONGEST_WORDS) return false;
  const table: readonly string[] = LANGUAGES[languageOf(language, text)].backchannels;
  return table.includes(words.join(' ')) || words.every((word) => table.includes(word));
}
