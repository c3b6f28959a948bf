/** The languages that the real recognizer knows: Hebrew is he-HE here, and he-IL in synthesis. */
import { Refusal } from './faults.ts';

const LANGUAGES = new Set(
  'auto ru-RU en-US de-DE es-ES fi-FI fr-FR he-HE it-IT kk-KZ nl-NL pl-PL pt-PT pt-BR sv-SE tr-TR uz-UZ'.split(
    ' ',
  ),
);

/** Throws a Refusal for a language that the real service does not know. */
export function requireKnownLanguage(code: string): void {
  if (!LANGUAGES.has(code)) throw new Refusal('invalid', `no recognition in ${code}`);
}

/** The stand-in tells a language by how it is written. */
export function languageOfText(text: string): string {
  if (/\p{Script=Latin}/u.test(text)) return 'en-US';
  return /\p{Script=Hebrew}/u.test(text) ? 'he-HE' : 'ru-RU';
}
