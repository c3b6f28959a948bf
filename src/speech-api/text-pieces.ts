/** Text in parts that a provider takes in one request, cut where a reader would breathe. */

/** Where a part may end, the best first: a line, a sentence, a clause, a word. */
const ENDS = [/\n+/g, /[.!?…]+["»”)]*\s+/g, /[,;:—–]\s+/g, /\s+/g];

/**
 * All of the text in its order, in parts of at most `most` characters that hold something to be said; a word that is longer is cut, between
 * two characters. Whitespace at the seams is left out.
 */
export function textPieces(text: string, most: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > most) {
    const at = cutAt(rest, most);
    pieces.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return [...pieces, rest].filter((piece) => /[\p{L}\p{N}]/u.test(piece));
}

function cutAt(text: string, most: number): number {
  for (const end of ENDS) {
    // What ends right behind the limit still fits without its whitespace.
    const ends = [...text.slice(0, most + 1).matchAll(end)].map(({ index, 0: { length } }) => index + length);
    const last = ends.findLast((at) => text.slice(0, at).trimEnd().length <= most && at > most / 3);
    if (last !== undefined) return last;
  }
  const isPair = /[\uD800-\uDBFF]/.test(text[most - 1] ?? '');
  return isPair && most > 1 ? most - 1 : most;
}
