/** Languages as vendors name them and as clients do, and what is said of one that nobody knows. */
import { isSameLanguage as isSameTag } from '../languages/spoken-language.ts';
import { SpeechRefusal, shown } from './refusal.ts';

/** Also of whoever knows locales: `ru_RU` is `ru-RU`. */
export function isSameLanguage(one: string, other: string): boolean {
  return isSameTag(hyphened(one), hyphened(other));
}

export interface UnknownLanguage {
  /** As the client calls it; undefined where it is wanted and not given. */
  readonly language: string | undefined;
  readonly does: 'speaks' | 'hears';
  /** Of all who speak, or hear. */
  readonly supported: readonly string[];
  /** The field that tells the language. */
  readonly param: 'language' | 'text';
}

/** LANGUAGE_NOT_SUPPORTED, with what is. */
export function unknownLanguage({ language, does, supported, param }: UnknownLanguage): SpeechRefusal {
  const tags = [...new Set(supported)].toSorted();
  const names = [...new Set(tags.map(firstPart))].join(', ');
  const what =
    language === undefined
      ? 'Nobody here tells in which language a recording is: name it'
      : `Nobody here ${does} ${shown(language)}`;
  return new SpeechRefusal('LANGUAGE_NOT_SUPPORTED', `${what}, only: ${names || 'none'}.`, {
    param,
    details: { language: language === undefined ? null : shown(language), supported: tags },
  });
}

function firstPart(tag: string): string {
  return (hyphened(tag).toLowerCase().split('-', 1)[0] ?? '').replace(/^iw$/, 'he');
}

function hyphened(tag: string): string {
  return tag.replaceAll('_', '-');
}
