import { knownLanguage, LANGUAGES } from './registry.ts';

/** Tells a model of a bot with several languages in which to answer now. `language` is a BCP-47 tag. */
export function answerIn(language: string): string {
  const known = knownLanguage(language);
  if (known) return LANGUAGES[known].telling.answerIn;
  const name = new Intl.DisplayNames('en', { type: 'language' }).of(language) ?? language;
  return `The caller speaks ${name} now. Answer in ${name} only, whatever was spoken before.`;
}
