/**
 * Who the bot is in one of its languages: what a switch of language changes as a whole, so that a turn is of one piece: the bot thinks,
 * speaks and excuses itself as the same one.
 */
import type { BotProfile } from '../config/bot-profile.ts';
import { inEachLanguage } from '../config/profile-in-language.ts';
import { consentPhrase } from '../config/profile-recording.ts';
import { answerIn } from '../languages/answer-in.ts';
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
  /** What is said while a tool runs whose own saying, in the bot's first language, is `own`. */
  readonly sayingOf: (tool: string, own: string) => string;
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
  /** Of recording, before anything else. */
  readonly consent: string | undefined;
}

/** The bots of a profile, one a language, its own first. Their phrases are in `book`. */
export function personasOf(profile: BotProfile, book: PhraseBook): readonly [Persona, ...Persona[]] {
  const [first, ...further] = inEachLanguage(profile);
  if (further.length === 0) return [personaOf(profile, book)];
  // One would be enough to mix two languages.
  const sayingIn = ({ hold, language }: BotProfile): Persona['sayingOf'] => {
    const { sayings = {} } = profile.languages?.[language] ?? {};
    return (tool, own) => sayings[tool] ?? hold[0] ?? own;
  };
  const oneOfSeveral = (spoken: BotProfile): Persona => {
    const persona = personaOf(spoken, book.in(spoken.language));
    // A model goes on in the language of the conversation so far, unless it is told.
    return { ...persona, prompt: `${persona.prompt}\n\n${answerIn(spoken.language)}` };
  };
  return [
    oneOfSeveral(first),
    ...further.map((spoken) => ({ ...oneOfSeveral(spoken), sayingOf: sayingIn(spoken) })),
  ];
}

/** The bot of a profile in its own language, whose phrases are in `book`. */
export function personaOf(profile: BotProfile, book: PhraseBook): Persona {
  const { language, voice, prompt, recognition, silence, fillers } = profile;
  const { greeting, reconnected, apology, hold, repeat } = profile;
  const { phrases: prompts, goodbye } = silence;
  const said = { greeting, reconnected, apology, hold, repeat, prompts, goodbye, fillers: fillers.phrases };
  const consent = consentPhrase(profile);
  return {
    language,
    hears: recognition.language ?? language,
    voice,
    prompt,
    phrases: { book, ...said, consent },
    sayingOf: (_tool, own) => own,
  };
}
