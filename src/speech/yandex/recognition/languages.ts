import type { RecognitionCapabilities } from '../../recognition/recognizer.ts';

/** Hebrew is `he-HE` to SpeechKit's recognizer, and `he-IL` to everybody else, its synthesizer included. */
const THEIRS: Readonly<Record<string, string>> = { 'he-IL': 'he-HE' };
const OURS: Readonly<Record<string, string>> = { 'he-HE': 'he-IL' };

/** As SpeechKit's documentation lists them. */
const HEARD: ReadonlySet<string> = new Set([
  ...['auto', 'ru-RU', 'en-US', 'de-DE', 'es-ES', 'fi-FI', 'fr-FR', 'he-HE', 'it-IT', 'kk-KZ'],
  ...['nl-NL', 'pl-PL', 'pt-PT', 'pt-BR', 'sv-SE', 'tr-TR', 'uz-UZ'],
]);

/** Of both interfaces, but for whether they stream. */
export const YANDEX_HEARING: Omit<RecognitionCapabilities, 'streams'> = {
  hears: (language) => HEARD.has(toYandexLanguage(language)),
  languages: [...HEARD].filter((code) => code !== 'auto').map(fromYandexLanguage),
  sampleRatesHz: [8000, 16_000, 48_000],
};

/** The recognizer's code of a BCP-47 language; `auto` stays. */
export function toYandexLanguage(language: string): string {
  return THEIRS[language] ?? language;
}

/**
 * What a session is told to listen for. Of several languages that may be spoken it tells which one was; it is told `auto` where one of
 * them is none of its own. https://yandex.cloud/en/docs/speechkit/stt/models
 */
export function toYandexLanguages(language: string, among: readonly string[] = []): string[] {
  const codes = among.map(toYandexLanguage);
  const areKnown = codes.length > 1 && codes.every((code) => HEARD.has(code));
  return language === 'auto' && areKnown ? codes : [toYandexLanguage(language)];
}

export function fromYandexLanguage(code: string): string {
  return OURS[code] ?? code;
}
