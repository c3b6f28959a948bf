/** A web page as headings and paragraphs: what a reader sees of it, without its menus and its code. */
import { Parser } from 'htmlparser2';
import { plainLine } from './document.ts';
import type { Block, Document } from './document.ts';

const HIDDEN = new Set('script style template noscript svg nav iframe select button'.split(' '));
const DIVIDES = new Set(
  'p div li ul ol dl dt dd tr table section article main header footer aside blockquote pre br hr figure figcaption form body'.split(
    ' ',
  ),
);

export function htmlDocument(source: string): Document {
  const blocks: Block[] = [];
  let title = '';
  let text = '';
  let hidden = 0;
  let level = 0;
  let isTitle = false;
  const endBlock = () => {
    const line = plainLine(text);
    text = '';
    if (line !== '')
      blocks.push(level > 0 ? { kind: 'heading', level, text: line } : { kind: 'text', text: line });
  };
  const parser = new Parser({
    onopentag(name) {
      if (HIDDEN.has(name)) hidden++;
      else if (name === 'title') isTitle = true;
      else if (name === 'td' || name === 'th') text += text.trim() === '' ? '' : '; ';
      else if (/^h[1-6]$/.test(name)) {
        endBlock();
        level = Number(name.slice(1));
      } else if (name === 'br' && level > 0) text += ' ';
      else if (DIVIDES.has(name)) {
        endBlock();
        // A heading that was never closed.
        level = 0;
      }
    },
    ontext(piece) {
      if (isTitle) title += piece;
      else if (hidden === 0) text += piece;
    },
    onclosetag(name) {
      if (HIDDEN.has(name)) hidden = Math.max(0, hidden - 1);
      else if (name === 'title') isTitle = false;
      else if (/^h[1-6]$/.test(name)) {
        endBlock();
        level = 0;
      } else if (DIVIDES.has(name) && name !== 'br') endBlock();
    },
  });
  parser.end(source);
  endBlock();
  return { title: plainLine(title) || blocks.find(({ kind }) => kind === 'heading')?.text, blocks };
}
