/** What of a server's answer the model is given to read. */
import type { Json } from '../../base/json.ts';

/** What the model reads costs time and money in every further round of the call. */
const LONGEST_ANSWER = 4000;

/** The part at a JSON Pointer (RFC 6901); undefined if there is nothing, or the text is no JSON. */
export function picked(text: string, pointer: string): string | undefined {
  let value: Json | undefined;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, Json>>)[key];
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The beginning of a long text, and a word that there is more. */
export function bounded(text: string, longest = LONGEST_ANSWER): string {
  const trimmed = text.trim();
  if (trimmed.length <= longest) return trimmed;
  return `${trimmed.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}… (cut: there is more)`;
}
