import { silence } from '../../../audio/pcm.ts';
import { silentLog } from '../../../base/log.ts';
import type { BotProfile } from '../../../config/bot-profile.ts';
import { PhraseBook } from '../phrase-book.ts';

/** Of each phrase, ms, where only that it is said matters. */
const PHRASE_MS = 300;

/** The phrases of a bot, ready: each of them is this sound. */
export async function renderedPhrases(
  profile: BotProfile,
  sampleRateHz: number,
  sound = silence(PHRASE_MS, sampleRateHz),
): Promise<PhraseBook> {
  const book = new PhraseBook({
    ...{ profile, sampleRateHz, log: silentLog },
    speak: async () => sound,
    shipped: () => [],
  });
  await book.prepare(new AbortController().signal);
  return book;
}
