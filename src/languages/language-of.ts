/** The languages whose words Parley knows. */
export type KnownLanguage = 'ru' | 'en' | 'he';

const BY_TAG: Readonly<Record<string, KnownLanguage>> = { ru: 'ru', en: 'en', he: 'he', iw: 'he' };

/** Which language to read a text in: the BCP-47 tag if its language is known, else what the text is written in. */
export function languageOf(tag: string, text: string): KnownLanguage {
  const byTag = BY_TAG[tag.split('-')[0]?.toLowerCase() ?? ''];
  if (byTag) return byTag;
  if (/\p{Script=Cyrillic}/u.test(text)) return 'ru';
  return /\p{Script=Hebrew}/u.test(text) ? 'he' : 'en';
}
