/** `languages:` of a profile: what the bot speaks beside its own language, and what it is like then. */
import { z } from 'zod';
import { knownLanguage, LANGUAGES } from '../languages/registry.ts';
import type { DefaultWords } from '../languages/language.ts';
import { isSameLanguage } from '../languages/spoken-language.ts';
import { phrases, section, spoken } from './profile-pieces.ts';
import { recordingWordsSchema } from './profile-recording.ts';

const TAG = /^[a-z]{2,3}-[A-Z]{2}$/;

/** The further languages that a profile names, each with the defaults of that language. `first` is the profile's own. */
export function languagesSchema(first: string, tags: readonly string[]) {
  return z
    .strictObject(Object.fromEntries(tags.map((tag) => [tag, TAG.test(tag) ? speechSchema(tag) : NO_TAG])))
    .superRefine((_, context) => {
      for (const [at, tag] of tags.entries()) {
        const same = [first, ...tags.slice(0, at)].find((other) => isSameLanguage(other, tag));
        if (same === undefined) continue;
        const message = `is a language that is there already, as ${same}: nobody could tell which of them a caller speaks`;
        context.addIssue({ code: 'custom', path: [tag], message });
      }
    });
}

/** Never valid, and typed as what is. */
const NO_TAG = z.custom<z.output<ReturnType<typeof speechSchema>>>(
  () => false,
  'expected a language and a country, such as en-US',
);

/** Every key that a profile has for speech. */
function speechSchema(language: string) {
  const known = knownLanguage(language);
  const words: DefaultWords | undefined = known && LANGUAGES[known].words;
  const missing = `is missing; Parley has no words of its own for ${language}`;
  const said = (otherwise: string | undefined) =>
    otherwise === undefined ? spoken(missing) : spoken().default(otherwise);
  const oneOf = (otherwise: readonly string[] | undefined) => phrases(otherwise, missing);
  return z.strictObject({
    recognition: section({
      /** What the caller is expected to speak then, if it has another name for the recognizer. */
      language: z.string().regex(TAG, 'expected a language and a country, such as en-US').optional(),
    }),
    /** The profile's own if not given. */
    prompt: z.string().trim().min(1, 'expected who the bot is and what it should do').optional(),
    greeting: said(words?.greeting),
    voice: section({
      name: words ? z.string().min(1).default(words.voice) : z.string(missing).min(1, missing),
      role: z.string().min(1).optional(),
      speed: z.number().min(0.1).max(3).default(1),
    }),
    fillers: section({
      phrases: section({
        question: oneOf(words?.fillers.question),
        statement: oneOf(words?.fillers.statement),
        thanks: oneOf(words?.fillers.thanks),
        hesitation: oneOf(words?.fillers.hesitation),
      }),
    }),
    /** Heard while a tool runs that has a `saying`, by the tool's name; a phrase of `hold` if not given. */
    sayings: z.record(z.string(), spoken()).optional(),
    hold: oneOf(words?.hold),
    repeat: oneOf(words?.repeat),
    silence: section({ phrases: oneOf(words?.silence), goodbye: said(words?.goodbye) }),
    /** What is said of recording, where the profile wants it said. */
    recording: recordingWordsSchema(words),
    apology: said(words?.apology),
    reconnected: said(words?.reconnected),
  });
}
