/** The items of a JSON array, each with the line that it begins on: what JSON.parse does not tell. */

/** `text` is valid JSON, an array at its top. */
export function linesOfItems(text: string): readonly number[] {
  const lines: number[] = [];
  let [line, depth, isItem] = [1, 0, false];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? '';
    if (sign === '\n') line += 1;
    if (/\s/.test(sign)) continue;
    if (sign === ']' || sign === '}') depth -= 1;
    else if (depth === 1 && sign === ',') isItem = false;
    else if (depth === 1 && !isItem) {
      isItem = true;
      lines.push(line);
    }
    if (sign === '[' || sign === '{') depth += 1;
    if (sign === '"') at = endOfString(text, at);
  }
  return lines;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
