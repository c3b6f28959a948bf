/** Who speaks in a classic call: Twilio's voices (twilio.com/docs/voice/twiml/say/text-speech), by the first part of a BCP-47 tag. */
const VOICES: Readonly<Record<string, string>> = {
  ru: 'Google.ru-RU-Wavenet-A',
  he: 'Google.he-IL-Wavenet-A',
  tr: 'Google.tr-TR-Wavenet-A',
};

/** Twilio has no voice for them. */
const UNSPOKEN: readonly string[] = ['kk', 'uz'];

/** Undefined: the one that the account has for that language. */
export function voiceOf(language: string): string | undefined {
  return VOICES[firstPart(language)];
}

export function isSpoken(language: string): boolean {
  return !UNSPOKEN.includes(firstPart(language));
}

function firstPart(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}
