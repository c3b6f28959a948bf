/** `parley compare`: two recorded calls, or one under other settings, turn by turn. */
import { Command } from 'commander';
import { ParleyError } from '../base/errors.ts';
import type { ComparedCall } from '../recordings/report/comparison.ts';
import { collected } from './collected.ts';
import { writePage } from './written-page.ts';
import { tableManner } from './table-manner.ts';

export interface Recordings {
  /** What happened in a recorded call. Throws a ParleyError if it cannot be read. */
  readonly read: (path: string) => Promise<ComparedCall>;
  /** What would have happened under other settings, `name=value` each. */
  readonly replay: (path: string, settings: readonly string[]) => Promise<ComparedCall>;
}

interface Options {
  readonly set: readonly string[];
  readonly html?: string;
}

export function compareCommand(recordings: Recordings): Command {
  return new Command('compare')
    .description('compare two recorded calls, or one under two settings, turn by turn')
    .argument('<a>', 'a recorded call: its directory or .parley.zip')
    .argument('[b]', 'another; without it, --set says under which settings the first is replayed')
    .option('--set <name=value>', 'a setting for the replay; may be repeated', collected, [])
    .option('--html <file>', 'also write the comparison as a page')
    .action(async (a: string, b: string | undefined, { set, html }: Options) => {
      // Loaded only here: the other commands need no tables.
      const { compareCalls } = await import('../recordings/report/comparison.ts');
      const { comparisonTable } = await import('../recordings/report/comparison-table.ts');
      const comparison = compareCalls(...(await bothOf(recordings, { a, b, set })));
      console.log(comparisonTable(comparison, tableManner()));
      if (html === undefined) return;
      const { comparisonPage } = await import('../recordings/report/comparison-page.ts');
      await writePage(html, await comparisonPage(comparison));
    });
}

interface Asked {
  readonly a: string;
  readonly b: string | undefined;
  readonly set: readonly string[];
}

/** A replay is compared with a replay: what only the virtual clock makes faster is the same in both. */
async function bothOf(
  { read, replay }: Recordings,
  { a, b, set }: Asked,
): Promise<readonly [ComparedCall, ComparedCall]> {
  if (b !== undefined && set.length === 0) return Promise.all([read(a), read(b)]);
  if (b === undefined && set.length > 0) return Promise.all([replay(a, []), replay(a, set)]);
  throw new ParleyError('SETTINGS_INVALID', 'Name two recorded calls, or one and --set NAME=VALUE.');
}
