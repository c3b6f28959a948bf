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

/** Paragraphs together up to the bound; one that does not fit is divided between sentences, and if need be between words. */
function piecesOf(paragraphs: readonly string[]): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let words = 0;
  const endPiece = () => {
    if (piece !== '') pieces.push(piece);
    [piece, words] = ['', 0];
  };
  const add = (text: string, joint: string) => {
    const count = wordCount(text);
    if (words >= FEWEST_WORDS || words + count > MOST_WORDS) endPiece();
    piece = piece === '' ? text : piece + joint + text;
    words += count;
  };
  for (const paragraph of paragraphs) {
    const before = words >= FEWEST_WORDS ? 0 : words;
    if (before + wordCount(paragraph) <= MOST_WORDS) add(paragraph, '\n');
    else sentencesOf(paragraph).forEach((sentence, at) => add(sentence, at === 0 ? '\n' : ' '));
  }
  endPiece();
  return pieces;
}

/** One of more words than a passage holds comes in pieces. */
function sentencesOf(paragraph: string): readonly string[] {
  return paragraph.split(/(?<=[.!?…])\s+/).flatMap((sentence) => {
    const words = sentence.split(' ');
    return Array.from({ length: Math.ceil(words.length / FEWEST_WORDS) }, (_, at) =>
      words.slice(at * FEWEST_WORDS, (at + 1) * FEWEST_WORDS).join(' '),
    );
  });
}

function wordCount(text: string): number {
  return text.split(/\s+/).length;
}
