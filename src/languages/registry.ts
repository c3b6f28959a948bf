/** The languages whose words Parley knows, by tag. */
import { english } from './en.ts';
import { hebrew } from './he.ts';
import type { Language } from './language.ts';
import { russian } from './ru.ts';

export const LANGUAGES = { ru: russian, en: english, he: hebrew } as const satisfies Readonly<
  Record<string, Language>
>;

export type KnownLanguage = keyof typeof LANGUAGES;

/** By the first part of a BCP-47 tag: `ru-RU` → `ru`. Undefined for a language that is not known. */
export function knownLanguage(tag: string): KnownLanguage | undefined {
  const [part = ''] = tag.toLowerCase().split('-');
  return NAMES.find((name) => LANGUAGES[name].tags.includes(part));
}

/** In whose letters this is written, if they are of one language alone. */
export function languageByScript(text: string): KnownLanguage | undefined {
  return NAMES.find((name) => LANGUAGES[name].script?.test(text));
}

const NAMES = Object.keys(LANGUAGES) as KnownLanguage[];
