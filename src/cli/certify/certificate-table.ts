/** A certificate as a terminal shows it, and as a program reads it. */
import Table from 'cli-table3';
import { createColors } from 'picocolors';
import { printable } from '../../base/terminal-table.ts';
import type { Certificate } from '../../lab/certify/certify.ts';
import type { Verdict } from '../../lab/certify/verdict.ts';

export const COLUMNS = [
  'greeting',
  'voice to voice',
  'barge-in',
  'cut in',
  'false stops',
  'dead air',
  'recovery',
  'order',
] as const;

/** In the order of the columns. */
export function cellsOf({ figures }: Verdict): readonly string[] {
  const { bargeInMs, cutIns, deadAirMs, falseStops, greetingMs, order, recoveryMs, voiceToVoiceMs } = figures;
  const waits = voiceToVoiceMs.flatMap((ms) => ms ?? []);
  return [
    msText(greetingMs),
    msText(waits.length > 0 ? Math.max(...waits) : null),
    msText(bargeInMs),
    String(cutIns ?? '–'),
    String(falseStops ?? '–'),
    msText(deadAirMs),
    msText(recoveryMs),
    order ?? '–',
  ];
}

/** A line for each situation, then what is not good enough. */
export function certificateTable({ failure, ok, verdicts }: Certificate, withColors: boolean): string {
  const colors = createColors(withColors);
  const table = new Table({
    head: ['situation', '', ...COLUMNS],
    colAligns: ['left', 'left', ...COLUMNS.map(() => 'right' as const)],
    style: { head: [], border: withColors ? ['gray'] : [] },
  });
  for (const verdict of verdicts) table.push([verdict.situation, mark(verdict, colors), ...cellsOf(verdict)]);
  const complaints = verdicts.flatMap(({ situation, complaints }) =>
    complaints.map((complaint) => printable(`${situation}: ${complaint}`)),
  );
  return [
    table.toString(),
    ...complaints,
    ...(failure ? [endedEarly(failure)] : []),
    ok ? 'certified' : 'not certified',
  ].join('\n');
}

/** Why there is no more in it. */
export function endedEarly({ code, message }: NonNullable<Certificate['failure']>): string {
  return code === 'DIAL_INTERRUPTED'
    ? `${message} [${code}]`
    : 'Nobody takes the call: nothing else was tried.';
}

/** One object. */
export function certificateJson(certificate: Certificate): string {
  const rounded = (_key: string, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 10) / 10 : value;
  return JSON.stringify(certificate, rounded, 2);
}

function mark({ complaints }: Verdict, { green, red }: ReturnType<typeof createColors>): string {
  return complaints.length === 0 ? green('good') : red('not good');
}

function msText(ms: number | null): string {
  return ms === null ? '–' : `${Math.round(ms)} ms`;
}
