/** A rehearsal as a terminal shows it. */
import Table from 'cli-table3';
import { createColors } from 'picocolors';
import { printable, tableLook } from '../base/terminal-table.ts';
import type { TableManner } from '../base/terminal-table.ts';
import { byCaller, median } from './rehearsal.ts';
import type { JudgedCall, Rehearsal } from './rehearsal.ts';

/** A line for each caller, then what was wrong with whom. */
export function rehearsalTable(rehearsal: Rehearsal, manner: TableManner): string {
  const colors = createColors(manner === 'terminal');
  const table = new Table({
    head: ['caller', 'good', 'turns', 'answer', 'slowest', 'silence'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    ...tableLook(manner),
  });
  for (const [name, calls] of byCaller(rehearsal)) {
    const good = calls.filter(({ faults }) => faults.length === 0).length;
    const answers = calls.flatMap(({ figures }) => figures.answersMs);
    const color = good === calls.length ? colors.green : colors.red;
    table.push([
      printable(name),
      color(`${good}/${calls.length}`),
      String(median(calls.map(({ figures }) => figures.turns)) ?? 0),
      seconds(median(answers)),
      seconds(answers.length > 0 ? Math.max(...answers) : undefined),
      seconds(Math.max(...calls.map(({ figures }) => figures.longestSilenceMs))),
    ]);
  }
  const told = [...byCaller(rehearsal)].flatMap(([name, calls]) => faultsTold(name, calls));
  return [table.toString(), ...(told.length > 0 ? ['', ...told] : [])].join('\n');
}

/** The same fault of many calls stands once, with one seed by which to have it again. */
function faultsTold(name: string, calls: readonly JudgedCall[]): readonly string[] {
  const seeds = new Map<string, number[]>();
  for (const { call, faults } of calls)
    for (const fault of faults) seeds.set(fault, [...(seeds.get(fault) ?? []), call.seed]);
  return [...seeds].map(
    ([fault, of]) =>
      `${printable(name)}, seed ${of[0] ?? 0}${of.length > 1 ? ` and ${of.length - 1} more` : ''}: ${printable(fault)}`,
  );
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '–' : `${(ms / 1000).toFixed(2)} s`;
}
