/** Hebrew is `he-HE` to SpeechKit's recognizer, and `he-IL` to everybody else, its synthesizer included. */
const THEIRS: Readonly<Record<string, string>> = { 'he-IL': 'he-HE' };
const OURS: Readonly<Record<string, string>> = { 'he-HE': 'he-IL' };

/** The recognizer's code of a BCP-47 language; `auto` stays. */
export function toYandexLanguage(language: string): string {
  return THEIRS[language] ?? language;
}

export function fromYandexLanguage(code: string): string {
  return OURS[code] ?? code;
}
