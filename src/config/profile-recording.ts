/** `recording:` of a profile: what its callers are told, or asked, before anything of a call is recorded. */
import { z } from 'zod';
import type { DefaultWords } from '../languages/language.ts';
import { section, spoken } from './profile-pieces.ts';

export function recordingSchema(words: DefaultWords) {
  return z
    .strictObject({
      /** announce: told, then recorded. ask: recorded if the caller says yes. off: recorded as the settings say, and nobody is told. */
      consent: z.enum(['announce', 'ask', 'off']).default('off'),
      announcement: spoken().default(words.recorded),
      question: spoken().default(words.mayRecord),
    })
    .optional();
}

/** The same of a further language; `words` are those that Parley has in it. */
export function recordingWordsSchema(words: DefaultWords | undefined) {
  const said = (otherwise: string | undefined) =>
    otherwise === undefined ? spoken().optional() : spoken().default(otherwise);
  return section({ announcement: said(words?.recorded), question: said(words?.mayRecord) });
}

interface Recording {
  readonly consent: 'announce' | 'ask' | 'off';
  readonly announcement: string;
  readonly question: string;
}

/** What callers hear of recording before anything else; undefined if nothing. */
export function consentPhrase({
  recording,
}: {
  readonly recording?: Recording | undefined;
}): string | undefined {
  if (recording?.consent === 'announce') return recording.announcement;
  return recording?.consent === 'ask' ? recording.question : undefined;
}

/** The further languages in which there is nothing to say of it, each with the key that is missing. */
export function consentGaps(profile: {
  readonly recording?: Recording | undefined;
  readonly languages?:
    | Readonly<
        Record<
          string,
          {
            readonly recording: {
              readonly announcement?: string | undefined;
              readonly question?: string | undefined;
            };
          }
        >
      >
    | undefined;
}): readonly (readonly [language: string, key: 'announcement' | 'question'])[] {
  const { recording, languages = {} } = profile;
  if (consentPhrase({ recording }) === undefined) return [];
  const key = recording?.consent === 'announce' ? 'announcement' : 'question';
  return Object.entries(languages).flatMap(([language, spoken]) =>
    spoken.recording[key] === undefined ? [[language, key] as const] : [],
  );
}
