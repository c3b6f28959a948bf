/** Which of the shipped languages a text is in, by its letters. */
export function spokenLanguageIn(text: string): 'ru-RU' | 'en-US' | 'he-IL' {
  if (/\p{Script=Cyrillic}/u.test(text)) return 'ru-RU';
  return /\p{Script=Hebrew}/u.test(text) ? 'he-IL' : 'en-US';
}
