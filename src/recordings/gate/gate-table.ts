/** What came of a gate, as a terminal shows it. */
import Table from 'cli-table3';
import { createColors } from 'picocolors';
import { printable, tableLook } from '../../base/terminal-table.ts';
import type { TableManner } from '../../base/terminal-table.ts';
import type { Gated } from './gate.ts';
import type { Bound, Measured } from './verdict.ts';

/** So many calls are shown with their differences; `--json` has them all. */
const MOST_CALLS = 20;

const NAMES: Readonly<Record<Bound, string>> = {
  waitMs: 'wait for the answer, ms',
  quietMs: 'wait for any sound, ms',
  cutOffs: 'turns cut off, of 100',
  falseStops: 'stops for nothing, for 100',
  missedStops: 'interruptions missed, for 100',
  tokens: 'tokens; change in %',
  words: 'calls with other words',
  tools: 'calls with other tools',
  ends: 'calls that end otherwise',
  failures: 'calls in which more fails',
  broken: 'calls that do not run',
  unknown: 'not known, %',
};

export function gateTable(gated: Gated, manner: TableManner): string {
  const colors = createColors(manner === 'terminal');
  const { broken, calls, isGood, leftOut, verdict } = gated;
  const table = new Table({
    head: ['', 'old', 'new', 'change', 'allowed', ''],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
    ...tableLook(manner),
  });
  for (const measured of verdict)
    table.push([...cellsOf(measured), measured.isWorse ? colors.red('worse') : '']);
  const different = calls.filter(({ differences }) => differences.length > 0);
  const more = different.length - MOST_CALLS;
  const named = (what: string) => (one: Gated['leftOut'][number]) =>
    printable(`${what}: ${one.path}: ${one.because}`);
  return [
    `Old: ${printable(gated.old)}. New: ${printable(gated.new)}. ${calls.length} calls compared.`,
    ...leftOut.map(named('Left out')),
    ...broken.map(named('Does not run')),
    '',
    table.toString(),
    ...different
      .slice(0, MOST_CALLS)
      .flatMap(({ name, differences }) => [
        printable(name),
        ...differences.map(({ kind, told }) => `  ${kind}: ${printable(told)}`),
      ]),
    ...(more > 0 ? [`and ${more} more calls; --json tells of all`] : []),
    calls.length === 0
      ? 'Nothing could be compared.'
      : isGood
        ? 'Nothing is worse than allowed.'
        : 'Worse than allowed.',
  ].join('\n');
}

function cellsOf({ bound, before, after, change, allowed }: Measured): string[] {
  const figure = (value: number | undefined) =>
    value === undefined ? '' : String(Math.round(value * 10) / 10);
  return [NAMES[bound], figure(before), figure(after), figure(change), figure(allowed)];
}
