/** CSV as spreadsheets write it: RFC 4180, with commas, semicolons or tabs, a byte order mark, and any ends of lines. */

export interface CsvRow {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Excel's own first line. */
const SEPARATOR_LINE = /^sep=([,;\t])\r?\n/i;

const DELIMITERS = [',', ';', '\t'] as const;

/** Empty lines are left out. A quote that nothing closes is told with the line that it stands on. */
export function readCsv(
  text: string,
): { readonly rows: readonly CsvRow[] } | { readonly openQuoteLine: number } {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const told = SEPARATOR_LINE.exec(content);
  const delimiter = told?.[1] ?? delimiterOf(content);
  const special = new RegExp(`["${delimiter}\\r\\n]`, 'g');
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let [line, begunAt, at] = told ? [2, 2, told[0].length] : [1, 1, 0];
  const endRow = () => {
    if (cells.length > 1 || cells[0]?.trim()) rows.push({ line: begunAt, cells });
    cells = [];
    begunAt = line;
  };
  while (at <= content.length) {
    let cell = '';
    if (content[at] === '"') {
      const quoted = quotedFrom(content, at);
      if (!quoted) return { openQuoteLine: line };
      cell = quoted.value;
      line += quoted.lines;
      at = quoted.end;
    }
    // What follows a closing quote, or an unquoted cell, goes as far as the next thing that divides.
    special.lastIndex = at;
    let found = special.exec(content);
    while (found?.[0] === '"') found = special.exec(content);
    const end = found?.index ?? content.length;
    cells.push(cell + content.slice(at, end));
    at = end + 1;
    if (found?.[0] === delimiter) continue;
    if (found?.[0] === '\r' && content[at] === '\n') at += 1;
    line += 1;
    endRow();
    if (!found) break;
  }
  return { rows };
}

function quotedFrom(content: string, start: number) {
  let value = '';
  for (let at = start + 1; ;) {
    const quote = content.indexOf('"', at);
    if (quote === -1) return undefined;
    value += content.slice(at, quote);
    if (content[quote + 1] !== '"') return { value, lines: linesIn(value), end: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}

function linesIn(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/** What stands most often in the first line, outside quotes. */
function delimiterOf(content: string): string {
  const [first = ''] = content.replaceAll(/"[^"]*"/g, '').split(/[\r\n]/, 1);
  const count = (delimiter: string) => first.split(delimiter).length;
  return DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best));
}
