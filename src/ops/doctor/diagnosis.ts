/**
 * What the doctor found, for a person or for a program.
 */
import Table from 'cli-table3';
import pc from 'picocolors';
import type { CheckReport } from './check.ts';

export function renderTable(reports: readonly CheckReport[], colors = pc.isColorSupported): string {
  const { green, yellow, red, dim } = pc.createColors(colors);
  const mark = ({ ok }: CheckReport) =>
    ok === true ? green('ok') : ok === 'warn' ? yellow('look') : red('FAULT');
  const table = new Table({
    head: ['', 'check', 'found', 'latency'],
    style: { head: [], border: colors ? ['dim'] : [] },
    colWidths: [8, 24, 84, 10],
    wordWrap: true,
  });
  for (const report of reports) {
    const advice = report.advice === undefined ? '' : `\n${dim('→')} ${report.advice}`;
    const latency = report.latencyMs === undefined ? '' : `${Math.round(report.latencyMs)} ms`;
    table.push([mark(report), report.name, report.finding + advice, latency]);
  }
  return table.toString();
}

export function renderJson(reports: readonly CheckReport[]): string {
  const checks = reports.map((report) => ({
    ...report,
    ok: report.ok === true ? 'ok' : report.ok === 'warn' ? 'look' : 'fault',
  }));
  return JSON.stringify({ ok: healthy(reports), checks }, null, 2);
}

/** A line to look at is no fault. */
export function healthy(reports: readonly CheckReport[]): boolean {
  return reports.every(({ ok }) => ok !== false);
}
