import pc from 'picocolors';
import type { TableManner } from '../base/terminal-table.ts';

/** Of what is printed on this process's stdout. */
export function tableManner(): TableManner {
  return process.stdout.isTTY && pc.isColorSupported ? 'terminal' : 'plain';
}
