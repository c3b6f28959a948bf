/** What Whisper hears well, as OpenAI lists it, by ISO 639-1; the same models speak it. https://platform.openai.com/docs/guides/speech-to-text */
const LANGUAGES = (
  'af ar az be bg bs ca cs cy da de el en es et fa fi fr gl he hi hr hu hy id is it ja kk kn ko lt lv mi mk mr ms ne nl no pl pt ro ru sk sl ' +
  'sr sv sw ta th tl tr uk ur vi zh'
).split(' ');

export const OPENAI_LANGUAGES: readonly string[] = LANGUAGES;

/** Of a BCP-47 language; undefined where it is not known to be heard. */
export function isoLanguage(language: string): string | undefined {
  const first = language.split('-', 1)[0]?.toLowerCase() ?? '';
  return LANGUAGES.includes(first) ? first : undefined;
}
