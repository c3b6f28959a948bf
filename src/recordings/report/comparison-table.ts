/** The comparison of two calls as a terminal shows it. */
import Table from 'cli-table3';
import { createColors } from 'picocolors';
import { printable, tableLook } from '../../base/terminal-table.ts';
import type { TableManner } from '../../base/terminal-table.ts';
import { STAGES } from '../../timeline/turn-stages.ts';
import type { TurnStages } from '../../timeline/turn-stages.ts';
import { NOTICEABLE_MS, changeOf } from './comparison.ts';
import type { ComparedTurn, Comparison } from './comparison.ts';
import { STAGE_NAMES } from '../../timeline/stage-names.ts';

type Colors = ReturnType<typeof createColors>;

/** Three lines a turn, in seconds; then what was said differently. */
export function comparisonTable(comparison: Comparison, manner: TableManner = 'terminal'): string {
  const colors = createColors(manner === 'terminal');
  const { a = '', b = '', turns, medianMs, interruptions } = comparison;
  const table = new Table({
    head: ['turn', '', ...STAGES.map((stage) => narrow(STAGE_NAMES[stage])), '= answer'],
    colAligns: ['left', 'left', ...STAGES.map(() => 'right' as const), 'right'],
    ...tableLook(manner),
  });
  for (const turn of turns) table.push(...rowsOf(turn, colors));
  const change = changeOf(medianMs);
  return [
    `A  ${printable(a)}`,
    `B  ${printable(b)}`,
    '',
    table.toString(),
    `Median answer: A ${seconds(medianMs.a)} s, B ${seconds(medianMs.b)} s${change === undefined ? '' : ` (${changeText(change, colors)})`}.`,
    `Interruptions: A ${interruptions.a}, B ${interruptions.b}.`,
    ...turns.flatMap(differencesOf),
  ].join('\n');
}

function rowsOf({ turn, waits, answerMs }: ComparedTurn, colors: Colors): string[][] {
  const cells = (of: (stage: (typeof STAGES)[number]) => string, sum: string) => [...STAGES.map(of), sum];
  return [
    [String(turn), 'A', ...cells((stage) => seconds(waits.a?.get(stage)), seconds(answerMs.a))],
    ['', 'B', ...cells((stage) => seconds(waits.b?.get(stage)), seconds(answerMs.b))],
    [
      '',
      '',
      ...cells(
        (stage) => changeText(changeOf({ a: waits.a?.get(stage), b: waits.b?.get(stage) }), colors),
        changeText(changeOf(answerMs), colors),
      ),
    ],
  ];
}

function differencesOf({ turn, a, b }: ComparedTurn): string[] {
  const told = WHAT.flatMap(([label, of]) => {
    const [inA, inB] = [a && of(a), b && of(b)];
    if (inA === inB) return [];
    return [`  A ${label}: ${printable(inA ?? '–')}`, `  B ${label}: ${printable(inB ?? '–')}`];
  });
  return told.length === 0 ? [] : ['', `Turn ${turn} differs:`, ...told];
}

type Tell = (stages: TurnStages) => string | undefined;

/** What is told of a turn where it is not the same in both. */
const WHAT: readonly (readonly [label: string, of: Tell])[] = [
  ['heard', ({ heard }) => heard],
  ['said', ({ chunks }) => chunks.join(' ')],
  ['ended', ({ outcome }) => outcome],
  ['failed', ({ failures }) => failures.join(', ') || undefined],
];

function changeText(ms: number | undefined, colors: Colors): string {
  if (ms === undefined) return '';
  if (Math.abs(ms) < NOTICEABLE_MS) return colors.dim('=');
  return ms > 0 ? colors.red(`+${seconds(ms)}`) : colors.green(`−${seconds(-ms)}`);
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '–' : (ms / 1000).toFixed(2);
}

/** One word a line: a table of nine columns must fit a terminal. */
function narrow(name: string): string {
  return name.toLowerCase().replace(/ (?=\S+$)/, '\n');
}
