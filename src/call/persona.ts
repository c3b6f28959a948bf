/**
 * Who the bot is at present: what a switch of language would change as a whole. A call reads it once a turn, so that a turn is of one
 * piece: it thinks, speaks and excuses itself as the same bot.
 */
import type { BotProfile } from '../config/bot-profile.ts';
import type { Voice } from '../speech/synthesis/synthesizer.ts';
import type { PhraseBook } from './speaking/phrase-book.ts';

export interface Persona {
  /** What the bot speaks, BCP-47. */
  readonly language: string;
  /** What the caller is expected to speak, BCP-47, or `auto`. */
  readonly hears: string;
  readonly voice: Voice;
  readonly prompt: string;
  readonly phrases: Phrases;
}

/** What the bot always says, and the book that can say it at once. */
export interface Phrases extends Pick<
  BotProfile,
  'greeting' | 'reconnected' | 'apology' | 'hold' | 'repeat'
> {
  readonly book: PhraseBook;
  readonly fillers: BotProfile['fillers']['phrases'];
  /** Asked into the silence, one after the other. */
  readonly prompts: readonly string[];
  readonly goodbye: string;
}

/** The bot of a profile, whose phrases are in `book`. */
export function personaOf(profile: BotProfile, book: PhraseBook): Persona {
  const { language, voice, prompt, recognition, silence, fillers } = profile;
  const { greeting, reconnected, apology, hold, repeat } = profile;
  const { phrases: prompts, goodbye } = silence;
  const said = { greeting, reconnected, apology, hold, repeat, prompts, goodbye, fillers: fillers.phrases };
  return { language, hears: recognition.language ?? language, voice, prompt, phrases: { book, ...said } };
}
