/** Who is asked to speak a text, in which order, and as whom. */
import { languageByScript } from '../languages/registry.ts';
import type { KnownVoice } from '../speech/synthesis/provider.ts';
import { isSameLanguage, unknownLanguage } from './known-languages.ts';
import { SpeechRefusal, shown } from './refusal.ts';
import { voicesOf } from './vendor.ts';
import type { SpeechVendor } from './vendor.ts';

export interface VoiceWish {
  readonly text: string;
  /** BCP-47 or its first part alone; by the letters of the text where it is not given. */
  readonly language?: string | undefined;
  /** A voice of one of the vendors, or one of OpenAI's names. */
  readonly voice?: string | undefined;
  /** The vendor to be asked first. */
  readonly preferred?: string | undefined;
}

export interface Speaker {
  readonly vendor: SpeechVendor;
  readonly voice: string;
  /** BCP-47, as the vendor names it. */
  readonly language: string;
}

/** OpenAI's voices, by how they sound: clients that know no others name these. https://platform.openai.com/docs/guides/text-to-speech */
const OPENAI_VOICES: Readonly<Record<string, KnownVoice['gender']>> = {
  alloy: 'female',
  ash: 'male',
  ballad: 'male',
  cedar: 'male',
  coral: 'female',
  echo: 'male',
  fable: 'male',
  marin: 'female',
  nova: 'female',
  onyx: 'male',
  sage: 'female',
  shimmer: 'female',
  verse: 'male',
};

/** What is spoken where nothing tells the language: digits, for instance. */
const OTHERWISE = 'en';

/**
 * Those who can, at least one: the preferred vendor first, then whoever has the voice, then in the order of the vendors. Throws
 * PROVIDER_NOT_FOUND, VALIDATION_ERROR for a voice that nobody has, LANGUAGE_NOT_SUPPORTED, PROVIDER_NOT_AVAILABLE where nobody speaks.
 */
export function speakersFor(
  vendors: readonly SpeechVendor[],
  { text, language, voice, preferred }: VoiceWish,
): readonly [Speaker, ...Speaker[]] {
  const speaking = vendors.filter(({ synthesizer }) => synthesizer !== undefined);
  if (speaking.length === 0) throw new SpeechRefusal('PROVIDER_NOT_AVAILABLE', 'Nobody here speaks.');
  if (preferred !== undefined) requireVendor(speaking, preferred);
  const named = speaking.flatMap((vendor) => voicesOf(vendor).filter(({ name }) => name === voice));
  const gender = named[0]?.gender ?? OPENAI_VOICES[voice ?? ''];
  if (voice !== undefined && gender === undefined)
    throw new SpeechRefusal(
      'VALIDATION_ERROR',
      `There is no voice ${shown(voice)}; GET /v1/voices lists them.`,
      {
        param: 'voice',
      },
    );
  const spoken = language ?? languageByScript(text) ?? named[0]?.language ?? OTHERWISE;
  const speakers = speaking.flatMap((vendor) => {
    const tag = vendor.synthesizer?.capabilities.languages.find((one) => isSameLanguage(one, spoken));
    const fit = voicesOf(vendor).filter((one) => isSameLanguage(one.language ?? spoken, spoken));
    const best = fit.find(({ name }) => name === voice) ?? fit.find((one) => one.gender === gender) ?? fit[0];
    return tag !== undefined && best ? [{ vendor, voice: best.name, language: best.language ?? tag }] : [];
  });
  const rank = (one: Speaker) => (one.vendor.name === preferred ? 0 : one.voice === voice ? 1 : 2);
  const [first, ...others] = speakers.toSorted((one, other) => rank(one) - rank(other));
  if (first) return [first, ...others];
  const param = language === undefined && languageByScript(text) !== undefined ? 'text' : 'language';
  throw unknownLanguage({ language: spoken, does: 'speaks', supported: languagesSpoken(speaking), param });
}

/** Throws PROVIDER_NOT_FOUND. */
export function requireVendor(vendors: readonly SpeechVendor[], name: string): void {
  if (vendors.some((vendor) => vendor.name === name)) return;
  const names = vendors.map((vendor) => vendor.name).join(', ') || 'none';
  throw new SpeechRefusal('PROVIDER_NOT_FOUND', `There is no provider ${shown(name)}, only: ${names}.`, {
    param: 'preferred_provider',
  });
}

/** Those for which there is a voice. */
function languagesSpoken(vendors: readonly SpeechVendor[]): readonly string[] {
  return vendors.flatMap((vendor) =>
    (vendor.synthesizer?.capabilities.languages ?? []).filter((tag) =>
      voicesOf(vendor).some(({ language = tag }) => isSameLanguage(language, tag)),
    ),
  );
}
