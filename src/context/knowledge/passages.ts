/** A document in pieces that answer one question each: small enough for a prompt, whole enough to be understood alone. */
import type { Block, Document } from './document.ts';

export interface Passage {
  readonly title: string;
  /** Within its folder, with `/`. */
  readonly file: string;
  /** The headings above it, the largest first, without the title itself. */
  readonly headings: readonly string[];
  readonly text: string;
}

/** A passage of a longer section holds at least so many words, unless there are no more. */
const FEWEST_WORDS = 80;
/** And never more: about a minute of speech, far more than an answer takes. */
const MOST_WORDS = 200;

/** A section of its own is never joined with another, however short it is: questions are answered by what stands under one heading. */
export function passagesOf(document: Document, file: string): readonly Passage[] {
  const title = document.title ?? nameOf(file);
  const passages: Passage[] = [];
  let path: readonly Heading[] = [];
  let texts: string[] = [];
  const endSection = () => {
    const headings = path.map(({ text }) => text).filter((text) => text !== title);
    for (const text of piecesOf(texts)) passages.push({ title, file, headings, text });
    texts = [];
  };
  for (const block of document.blocks) {
    if (block.kind === 'text') texts.push(block.text);
    else {
      endSection();
      path = [...path.filter(({ level }) => level < block.level), block];
    }
  }
  endSection();
  return passages;
}

type Heading = Extract<Block, { kind: 'heading' }>;

function nameOf(file: string): string {
  return (file.split('/').at(-1) ?? file).replace(/\.[^.]*$/, '').replaceAll(/[_-]+/g, ' ');
}

/** Paragraphs together up to the bound; a longer one is divided between sentences, and if need be between words. */
function piecesOf(paragraphs: readonly string[]): readonly string[] {
  const pieces: string[] = [];
  let piece: string[] = [];
  let words = 0;
  const endPiece = () => {
    if (piece.length > 0) pieces.push(piece.join('\n'));
    [piece, words] = [[], 0];
  };
  for (const part of paragraphs.flatMap(dividedParagraph)) {
    const count = wordCount(part);
    if (words > 0 && (words + count > MOST_WORDS || words >= FEWEST_WORDS)) endPiece();
    piece.push(part);
    words += count;
  }
  endPiece();
  return pieces;
}

function dividedParagraph(paragraph: string): readonly string[] {
  if (wordCount(paragraph) <= MOST_WORDS) return [paragraph];
  const parts: string[] = [];
  let part: string[] = [];
  const endPart = () => {
    if (part.length > 0) parts.push(part.join(' '));
    part = [];
  };
  for (const sentence of paragraph.split(/(?<=[.!?…])\s+/)) {
    const words = sentence.split(' ');
    if (part.length + words.length > MOST_WORDS) endPart();
    if (words.length <= MOST_WORDS) part.push(...words);
    else
      for (let at = 0; at < words.length; at += MOST_WORDS)
        parts.push(words.slice(at, at + MOST_WORDS).join(' '));
  }
  endPart();
  return parts;
}

function wordCount(text: string): number {
  return text.split(/\s+/).length;
}
