/** The text of a PDF as headings and paragraphs. A PDF knows only where letters stand: larger lines are taken for headings, gaps for ends of paragraphs. */
import type { Block, Document } from './document.ts';
import { plainLine } from './document.ts';

interface Line {
  readonly text: string;
  /** Of its letters, in points. */
  readonly size: number;
  /** From the bottom of the page, in points. */
  readonly y: number;
  readonly page: number;
}

/** Against the size of most of the text. */
const HEADING_SIZE = 1.15;
/** No heading is longer. */
const MOST_HEADING_CHARS = 120;
/** Against the size of the letters: lines of one paragraph stand closer. */
const PARAGRAPH_GAP = 1.8;
/** A book; what is longer is no document to answer callers from. */
const MOST_PAGES = 2000;

/** Throws whatever the library throws for a file that is no PDF, is damaged or needs a password. */
export async function pdfDocument(bytes: Uint8Array): Promise<Document> {
  // Loaded only here: most folders hold no PDF.
  const { getDocumentProxy } = await import('unpdf');
  const pdf = await getDocumentProxy(bytes, { verbosity: 0 });
  try {
    const lines: Line[] = [];
    for (let number = 1; number <= Math.min(pdf.numPages, MOST_PAGES); number++) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      lines.push(...linesOf(items, number));
      page.cleanup();
    }
    const { info } = await pdf.getMetadata();
    const { Title: title } = info as { readonly Title?: unknown };
    const blocks = blocksOf(lines);
    const first = blocks.find(({ kind }) => kind === 'heading');
    return { title: (typeof title === 'string' && plainLine(title)) || first?.text, blocks };
  } finally {
    await pdf.loadingTask.destroy();
  }
}

/** A run of letters, as pdf.js gives it: https://mozilla.github.io/pdf.js/api/draft/module-pdfjsLib.html#~TextItem */
interface Run {
  readonly str: string;
  /** [scale, skew, skew, scale, x, y] */
  readonly transform: readonly number[];
  readonly hasEOL: boolean;
}

function linesOf(items: readonly unknown[], page: number): readonly Line[] {
  const lines: Line[] = [];
  let text = '';
  let size = 0;
  let y: number | undefined;
  const endLine = () => {
    const whole = plainLine(text);
    if (whole !== '') lines.push({ text: whole, size, y: y ?? 0, page });
    [text, size, y] = ['', 0, undefined];
  };
  for (const item of items) {
    if (!isRun(item)) continue;
    text += item.str;
    if (item.str.trim() !== '') {
      size = Math.max(size, Math.hypot(item.transform[2] ?? 0, item.transform[3] ?? 0));
      y ??= item.transform[5];
    }
    if (item.hasEOL) endLine();
  }
  endLine();
  return lines;
}

function isRun(item: unknown): item is Run {
  return typeof item === 'object' && item !== null && 'str' in item;
}

function blocksOf(lines: readonly Line[]): readonly Block[] {
  const usual = usualSize(lines);
  const blocks: Block[] = [];
  let paragraph = '';
  const endParagraph = () => {
    if (paragraph !== '') blocks.push({ kind: 'text', text: paragraph });
    paragraph = '';
  };
  lines.forEach((line, at) => {
    const before = lines[at - 1];
    if (line.size > usual * HEADING_SIZE && line.text.length <= MOST_HEADING_CHARS) {
      endParagraph();
      blocks.push({ kind: 'heading', level: line.size > usual * 1.5 ? 1 : 2, text: line.text });
      return;
    }
    const isApart =
      before === undefined || (before.page === line.page && before.y - line.y > line.size * PARAGRAPH_GAP);
    if (isApart) endParagraph();
    // A hyphen at the end of a line divides a word.
    if (/\p{Ll}-$/u.test(paragraph) && /^\p{Ll}/u.test(line.text))
      paragraph = paragraph.slice(0, -1) + line.text;
    else paragraph = paragraph === '' ? line.text : `${paragraph} ${line.text}`;
  });
  endParagraph();
  return blocks;
}

/** The size that most letters have. */
function usualSize(lines: readonly Line[]): number {
  const letters = new Map<number, number>();
  for (const { size, text } of lines) {
    const rounded = Math.round(size * 2) / 2;
    letters.set(rounded, (letters.get(rounded) ?? 0) + text.length);
  }
  const [most] = [...letters].toSorted(([, a], [, b]) => b - a);
  return most?.[0] ?? 0;
}
