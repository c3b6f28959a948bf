import { knownLanguage, languageByScript } from './registry.ts';
import type { KnownLanguage } from './registry.ts';

export type { KnownLanguage } from './registry.ts';

/** Which language to read a text in: the BCP-47 tag if its language is known, else what the text is written in. */
export function languageOf(tag: string, text: string): KnownLanguage {
  return knownLanguage(tag) ?? languageByScript(text) ?? 'en';
}
