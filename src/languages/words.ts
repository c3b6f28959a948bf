/** Transcripts as words that can be compared: who wrote them, and with which marks, does not matter. */

/** Hebrew points and accents. */
const NIQQUD = /[\u0591-\u05c7]/g;
const WORD = /[\p{L}\p{M}\p{N}]+(?:'\p{L}+)*/gu;

/** Each word where it stands, as it was written: for whoever cuts a text or takes words out of it. */
export const WRITTEN_WORD = /[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)*/gu;

/** Lower case, `ё` as `е`, no punctuation, parts of hyphenated words apart. */
export function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replaceAll('’', "'")
    .replace(NIQQUD, '');
  return plain.match(WORD) ?? [];
}

/** `эээ` as `э`, `mmm` as `m`: how long a sound was held is no part of the word. */
export function unstretched(word: string): string {
  return word.replace(/(\p{L})\1+/gu, '$1');
}
