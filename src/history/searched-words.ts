/** Words as they are kept to be searched, and as they are asked for. */

/** One spelling: ё is е, whatever it is made of. The tokenizer does the rest. */
export function searchable(text: string): string {
  return text.normalize('NFC').replaceAll('ё', 'е').replaceAll('Ё', 'Е');
}

/**
 * Full-text query in FTS5's language: calls with all of these words, of each of which the end may be missing. Undefined if there is no word
 * in it. Nothing of the text means anything to FTS5: https://sqlite.org/fts5.html#full_text_query_syntax
 */
export function wordQuery(text: string): string | undefined {
  const words = searchable(text).match(/[\p{L}\p{N}\p{M}]+/gu);
  return words?.map((word) => `"${word}"*`).join(' ');
}
