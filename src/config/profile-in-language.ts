/** A profile with several languages, seen as the bot that speaks one of them. */
import type { BotProfile } from './bot-profile.ts';

/** BCP-47, the profile's own first. */
export function languagesOf({
  language,
  languages = {},
}: Pick<BotProfile, 'language' | 'languages'>): readonly [string, ...string[]] {
  return [language, ...Object.keys(languages)];
}

/** The bot as it is in each of its languages, its own first. */
export function inEachLanguage(profile: BotProfile): readonly [BotProfile, ...BotProfile[]] {
  const [, ...further] = languagesOf(profile);
  return [profile, ...further.map((language) => profileIn(profile, language))];
}

/** The bot as it is while it speaks one of its further languages. Its hours are told by its first greeting, and are not in it. */
export function profileIn(profile: BotProfile, language: string): BotProfile {
  const { languages, hours: _hours, ...rest } = profile;
  const spoken = languages?.[language];
  if (!spoken) throw new RangeError(`The bot ${profile.name} does not speak ${language}.`);
  const { fillers, prompt = profile.prompt, recording, sayings: _sayings, silence, ...speech } = spoken;
  const { announcement, question } = recording;
  return {
    ...rest,
    ...speech,
    language,
    prompt,
    fillers: { ...profile.fillers, ...fillers },
    silence: { ...profile.silence, ...silence },
    ...(profile.recording && {
      recording: {
        ...profile.recording,
        ...(announcement !== undefined && { announcement }),
        ...(question !== undefined && { question }),
      },
    }),
  };
}
