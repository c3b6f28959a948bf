/** A certificate as a terminal shows it, and as a program reads it. */
import Table from 'cli-table3';
import { createColors } from 'picocolors';
import { ERROR_CATALOGUE } from '../../base/error-catalogue.ts';
import type { ErrorCode } from '../../base/error-catalogue.ts';
import { printable } from '../../base/terminal-table.ts';
import type { Certificate } from '../../lab/certify/certify.ts';
import type { Failure, Verdict } from '../../lab/certify/verdict.ts';

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

/** What these mean stands in their message, and there is nothing to be done. */
const ORDINARY: ReadonlySet<ErrorCode> = new Set(['LINE_ENDED', 'DIAL_INTERRUPTED']);

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
export function certificateTable(certificate: Certificate, withColors: boolean): string {
  const { failure, ok, verdicts } = certificate;
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
    ...whatToDo(certificate),
    ok ? 'certified' : 'not certified',
  ].join('\n');
}

/** Why there is no more in it. */
export function endedEarly({ code, message }: Failure): string {
  return code === 'DIAL_INTERRUPTED' ? `${message} [${code}]` : 'Nothing else was tried.';
}

/** What to do about what went wrong, once for each kind. */
export function whatToDo({ failure, verdicts }: Certificate): readonly string[] {
  const failures = [...verdicts.map((verdict) => verdict.failure), failure];
  const codes = new Set(failures.flatMap((each) => each?.code ?? []));
  return [...codes].flatMap((code) => (ORDINARY.has(code) ? [] : `${code}: ${ERROR_CATALOGUE[code].advice}`));
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
