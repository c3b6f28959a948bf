/** Text without marks: paragraphs are apart by empty lines. */
import { plainLine } from './document.ts';
import type { Document } from './document.ts';

export function textDocument(source: string): Document {
  const blocks = source
    .split(/\r?\n\s*\n/)
    .map((paragraph) => ({ kind: 'text' as const, text: plainLine(paragraph) }))
    .filter(({ text }) => text !== '');
  return { title: undefined, blocks };
}
