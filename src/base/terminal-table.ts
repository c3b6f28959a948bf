/** How tables look on a terminal, and in a pipe. */
import type { TableConstructorOptions } from 'cli-table3';

/** With colours and lines, or for whoever reads it out of a pipe, without either. */
export type TableManner = 'terminal' | 'plain';

/** Between the columns of a plain table, and around it, nothing is drawn. */
const UNDRAWN = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .map((side) => [side, '']),
);
const PLAIN_CHARS = { ...UNDRAWN, 'left-mid': '', 'mid-mid': '', 'right-mid': '', middle: '' };

export function tableLook(manner: TableManner): Pick<TableConstructorOptions, 'style' | 'chars'> {
  return manner === 'terminal'
    ? { style: { head: [], border: ['gray'], compact: true } }
    : { style: { head: [], border: [], compact: true }, chars: PLAIN_CHARS };
}

/** Callers, models and paths choose these words: none of them may steer the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => (/\s/.test(character) ? ' ' : '\ufffd'));
}
