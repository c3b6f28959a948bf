/** Finds the JSON object in what a model has written: in fences, behind what it thought, before what else it had to say. Pure. */

/** So many beginnings are tried: braces in prose are few, and each costs a look at all that follows. */
const MOST_BEGINNINGS = 50;

/** The last object that stands there whole and by itself; undefined if there is none. Objects inside another one do not count. */
export function writtenObject(text: string): Record<string, unknown> | undefined {
  let found: Record<string, unknown> | undefined;
  let tried = 0;
  for (let at = text.indexOf('{'); at !== -1 && tried < MOST_BEGINNINGS; tried++) {
    const end = endOfObject(text, at);
    // An answer that was cut off: what is whole inside it is only a part.
    if (end === undefined && /^\{\s*"/.test(text.slice(at, at + 20))) return found;
    const object = end === undefined ? undefined : objectIn(text.slice(at, end));
    if (object) found = object;
    at = text.indexOf('{', object && end !== undefined ? end : at + 1);
  }
  return found;
}

function objectIn(json: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Behind the brace that closes the one at `from`; undefined if it is never closed. */
function endOfObject(text: string, from: number): number | undefined {
  let depth = 0;
  let isInString = false;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (isInString) {
      if (character === '\\') at++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}
