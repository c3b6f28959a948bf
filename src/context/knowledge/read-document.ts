/** From the bytes of a file to what it says. */
import { extname } from 'node:path';
import type { BadFile, BadFileCode } from './bad-file.ts';
import type { Document } from './document.ts';
import { htmlDocument } from './html.ts';
import { markdownDocument } from './markdown.ts';
import { pdfDocument } from './pdf.ts';
import { textDocument } from './plain-text.ts';

const PDF_START = '%PDF-';
/** It may be preceded by a little else: PDF 32000-1, annex H, note 13. */
const PDF_START_WITHIN = 1024;

/** The document, or why there is none. Never throws. */
export async function readDocument(file: string, bytes: Uint8Array): Promise<Document | BadFile> {
  const bad = (code: BadFileCode, detail: string): BadFile => ({ file, code, detail });
  let document: Document;
  try {
    if (extname(file).toLowerCase() === '.pdf') {
      const start = Buffer.from(bytes.subarray(0, PDF_START_WITHIN)).toString('latin1');
      if (!start.includes(PDF_START)) return bad('KNOWLEDGE_FILE_BROKEN', 'is no PDF');
      // The library keeps what it is given.
      document = await pdfDocument(Uint8Array.from(bytes));
    } else {
      if (bytes.includes(0)) return bad('KNOWLEDGE_FILE_NOT_TEXT', 'holds bytes that are in no text');
      const source = textOf(bytes);
      if (source === undefined) return bad('KNOWLEDGE_FILE_NOT_TEXT', 'is not written in UTF-8');
      document = documentOf(extname(file).toLowerCase(), source);
    }
  } catch (error) {
    return bad(
      'KNOWLEDGE_FILE_BROKEN',
      `cannot be understood (${error instanceof Error ? error.name : 'unknown reason'})`,
    );
  }
  const hasText = document.blocks.some(({ kind }) => kind === 'text');
  return hasText ? document : bad('KNOWLEDGE_FILE_EMPTY', 'holds no text');
}

function documentOf(ending: string, source: string): Document {
  switch (ending) {
    case '.md':
    case '.markdown':
      return markdownDocument(source);
    case '.html':
    case '.htm':
      return htmlDocument(source);
    default:
      return textDocument(source);
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
