/** What espeak-ng 1.51 speaks of the world's languages: as `espeak-ng --voices` lists them, where somebody may call. */
import type { KnownVoice } from '../synthesis/provider.ts';

/** By the language's first part: the voice, and words a minute at its own pace, slow enough to be understood over a telephone. */
const LANGUAGES: ReadonlyMap<string, readonly [language: string, voice: string, wordsPerMinute: number]> =
  new Map([
    ['ru', ['ru-RU', 'ru', 165]],
    ['en', ['en-US', 'en-us', 180]],
    ['he', ['he-IL', 'he', 165]],
    ['kk', ['kk-KZ', 'kk', 165]],
    ['uz', ['uz-UZ', 'uz', 165]],
    ['tr', ['tr-TR', 'tr', 165]],
    ['az', ['az-AZ', 'az', 165]],
    ['ky', ['ky-KG', 'ky', 165]],
    ['tt', ['tt-RU', 'tt', 165]],
    ['uk', ['uk-UA', 'uk', 165]],
    ['be', ['be-BY', 'be', 165]],
    ['ka', ['ka-GE', 'ka', 165]],
    ['hy', ['hy-AM', 'hy', 165]],
    ['de', ['de-DE', 'de', 165]],
    ['fr', ['fr-FR', 'fr-fr', 165]],
    ['es', ['es-ES', 'es', 165]],
    ['it', ['it-IT', 'it', 165]],
    ['pt', ['pt-PT', 'pt', 165]],
    ['pl', ['pl-PL', 'pl', 165]],
    ['nl', ['nl-NL', 'nl', 165]],
    ['fi', ['fi-FI', 'fi', 165]],
    ['sv', ['sv-SE', 'sv', 165]],
    ['ar', ['ar-SA', 'ar', 165]],
    ['hi', ['hi-IN', 'hi', 165]],
  ]);

/** Variants that come with every voice, and their pitch, 0 to 99. */
const VARIANTS = [
  { gender: 'female', variant: 'f3', pitch: 48 },
  { gender: 'male', variant: 'm3', pitch: 40 },
] as const;

/** The pace that it can be asked for, in words a minute. */
const SLOWEST = 80;
const QUICKEST = 450;

export const ESPEAK_LANGUAGES: readonly string[] = [...LANGUAGES.values()].map(([language]) => language);

export const ESPEAK_VOICES: readonly KnownVoice[] = [...LANGUAGES.values()].flatMap(([language, voice]) =>
  VARIANTS.map(({ gender, variant }) => ({ name: `${voice}+${variant}`, gender, language })),
);

export interface EspeakVoice {
  /** As `-v` takes it. */
  readonly name: string;
  readonly wordsPerMinute: number;
  readonly pitch: number;
}

/** Who speaks a language, BCP-47: the voice of that name, or a woman where it has none of it. Undefined if nobody does. */
export function espeakVoice(name: string, speed: number, language: string): EspeakVoice | undefined {
  const known = LANGUAGES.get(firstPart(language));
  if (!known) return undefined;
  const [, voice, pace] = known;
  const { variant, pitch } = VARIANTS.find((each) => name === `${voice}+${each.variant}`) ?? VARIANTS[0];
  const wordsPerMinute = Math.round(Math.min(QUICKEST, Math.max(SLOWEST, pace * speed)));
  return { name: `${voice}+${variant}`, wordsPerMinute, pitch };
}

export function speaksEspeak(language: string): boolean {
  return LANGUAGES.has(firstPart(language));
}

function firstPart(language: string): string {
  return language.split('-', 1)[0]?.toLowerCase() ?? '';
}
