/** How much one request may ask to be spoken. */
import { SpeechRefusal } from './refusal.ts';

/** As OpenAI's limit is about. */
const MOST_CHARACTERS = 4000;

/** Throws TEXT_TOO_LONG. */
export function requireSayable(text: string, param: string): void {
  const { length } = text;
  if (length <= MOST_CHARACTERS) return;
  throw new SpeechRefusal(
    'TEXT_TOO_LONG',
    `The text has ${length} characters; at most ${MOST_CHARACTERS} are spoken.`,
    { param, details: { most: MOST_CHARACTERS, length } },
  );
}
