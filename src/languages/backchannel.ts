/** Sounds that say "go on", not "stop": for judging what is said while the bot speaks. Pure. */
import { languageOf, type KnownLanguage } from './language-of.ts';
import { unstretched, wordsOf } from './words.ts';

/** More in a row are said to be heard: whoever says "да, да, да, понятно" wants the bot to stop. */
const LONGEST_WORDS = 3;

/** The same in every language. */
const SOUNDS = 'm mm mhm hm hmm ah aha uh huh uhuh oh ok okay';

const WORDS: Readonly<Record<KnownLanguage, readonly string[]>> = {
  ru: tableOf('угу ага мгм гм хм м а о у да ну так ок окей ясно понятно понял поняла хорошо верно точно'),
  en: tableOf('yeah yea yep yup yes right sure fine alright', ['i see', 'got it', 'all right', 'go on']),
  he: tableOf('כן אה אהה אהא אהם מממ הממ אוקיי אוקי בסדר נכון הבנתי ברור'),
};

/**
 * True for a text that is a backchannel and nothing else: "угу", "да-да", "mhm", "I see". "Да" is one too: where the bot has just asked
 * something it may be an answer, which only the call can know. `language` is a BCP-47 tag or `auto`.
 */
export function isBackchannel(text: string, language: string): boolean {
  const words = wordsOf(text).map(unstretched);
  if (words.length === 0 || words.length > LONGEST_WORDS) return false;
  const table = WORDS[languageOf(language, text)];
  return table.includes(words.join(' ')) || words.every((word) => table.includes(word));
}

function tableOf(words: string, phrases: readonly string[] = []): readonly string[] {
  return [...SOUNDS.split(' '), ...words.split(' '), ...phrases].map(unstretched);
}
