/** Markdown as headings and paragraphs. Only what divides and what decorates is understood; the rest is text. */
import { plainLine } from './document.ts';
import type { Block, Document } from './document.ts';

const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const UNDERLINE = /^ {0,3}(=+|-+)\s*$/;
const FENCE = /^ {0,3}(?:```|~~~)/;
const ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])\s+/;
const RULE = /^ {0,3}(?:[-*_]\s*){3,}$/;
const ROW = /^\s*\|(.*)\|\s*$/;
const ROW_RULE = /^[\s|:-]+$/;

/** What stands between `---` at the very beginning: settings of whoever publishes it. */
const FRONT_MATTER = /^---\r?\n([\s\S]*?)\r?\n---\r?\n/;
const TITLE = /^title:\s*["']?(.*?)["']?\s*$/m;

export function markdownDocument(source: string): Document {
  const front = FRONT_MATTER.exec(source);
  const reader = new MarkdownReader();
  for (const line of source.slice(front?.[0].length ?? 0).split(/\r?\n/)) reader.read(line);
  const blocks = reader.end();
  const first = blocks.find(({ kind }) => kind === 'heading');
  return { title: TITLE.exec(front?.[1] ?? '')?.[1] || first?.text, blocks };
}

class MarkdownReader {
  readonly #blocks: Block[] = [];
  #lines: string[] = [];
  #isFenced = false;
  /** Of the table that is being read. */
  #columns: readonly string[] | undefined;

  read(line: string): void {
    if (FENCE.test(line)) {
      this.#isFenced = !this.#isFenced;
      return;
    }
    if (this.#isFenced) this.#lines.push(line);
    else this.#readPlain(line);
  }

  end(): readonly Block[] {
    this.#endParagraph();
    return this.#blocks;
  }

  #readPlain(line: string): void {
    const row = ROW.exec(line)?.[1];
    if (row === undefined) this.#columns = undefined;
    const [, marks, heading] = HEADING.exec(line) ?? [];
    const underline = UNDERLINE.exec(line)?.[1];
    if (marks !== undefined) this.#heading(marks.length, heading ?? '');
    else if (underline !== undefined && this.#lines.length === 1) {
      const [text = ''] = this.#lines.splice(0);
      this.#heading(underline.startsWith('=') ? 1 : 2, text);
    } else if (row !== undefined) this.#row(row);
    else if (line.trim() === '' || RULE.test(line)) this.#endParagraph();
    else {
      if (ITEM.test(line)) this.#endParagraph();
      this.#lines.push(line.replace(ITEM, '').replace(/^\s*>\s?/, ''));
    }
  }

  #heading(level: number, text: string): void {
    this.#endParagraph();
    this.#add({ kind: 'heading', level, text: undecorated(text) });
  }

  /** Each cell with the name of its column: a row must be understood without the table. */
  #row(row: string): void {
    this.#endParagraph();
    if (ROW_RULE.test(row)) return;
    const cells = row.split(/(?<!\\)\|/).map(undecorated);
    if (this.#columns === undefined) {
      this.#columns = cells;
      return;
    }
    const columns = this.#columns;
    const named = cells.map((cell, at) => (cell && columns[at] ? `${columns[at]}: ${cell}` : cell));
    this.#add({ kind: 'text', text: `${named.filter((cell) => cell !== '').join('; ')}.` });
  }

  #endParagraph(): void {
    const text = undecorated(this.#lines.splice(0).join(' '));
    this.#add({ kind: 'text', text });
  }

  #add(block: Block): void {
    if (block.text !== '') this.#blocks.push(block);
  }
}

/** Without links' addresses, emphasis, code marks, comments and tags. */
function undecorated(text: string): string {
  return plainLine(
    text
      .replace(/<!--[\s\S]*?-->/g, ' ')
      .replace(/!?\[([^\]]*)\]\([^)\s]*(?:\s+"[^"]*")?\)/g, '$1')
      .replace(/<\/?[a-z][^<>]*>/gi, ' ')
      .replace(/(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1/g, '$2')
      .replace(/(?<![\p{L}\p{N}])([*_])(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}])/gu, '$2')
      .replace(/`+/g, '')
      .replace(/\\([\\`*_{}[\]()#+.!|>-])/g, '$1'),
  );
}
