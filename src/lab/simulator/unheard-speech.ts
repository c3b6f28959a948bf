/** What stands in a conversation where somebody spoke freely to the recognizer's stand-in: said so plainly that a real model knows what to do. */
export const UNHEARD = {
  ru: '(сказано голосом, но заглушка распознавания слов не понимает)',
  en: '(spoken, but the stand-in for recognition understands no words)',
  he: '(נאמר בקול, אבל תחליף הזיהוי אינו מבין מילים)',
} as const;

/** By the language that the recognizer was asked for: `ru-RU`, `he-HE`, `auto`. */
export function unheardSpeech(language: string): string {
  const [part = ''] = language.split('-');
  return part in UNHEARD ? UNHEARD[part as keyof typeof UNHEARD] : UNHEARD.en;
}
