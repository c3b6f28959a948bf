/** Benches' results, for people. */
import { cpus, loadavg } from 'node:os';
import Table from 'cli-table3';
import type { Bench, Measurement } from './bench.ts';
import { percentilesOf } from '../../src/lab/probe/percentiles.ts';

export function tableOf(bench: Bench, measurements: readonly Measurement[]): string {
  const table = new Table({
    head: [bench.name, 'n', 'p50', 'p95', 'max', 'target p95', ''],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const { what, unit, samples, targetP95 } of measurements) {
    const { count, p50, p95, max } = percentilesOf(samples);
    const shown = [p50, p95, max].map((value) => `${value.toFixed(unit === 'ms' ? 0 : 1)} ${unit}`);
    const target = targetP95 === undefined ? ['', ''] : [`≤ ${targetP95} ${unit}`, verdict(p95, targetP95)];
    table.push([what, count, ...shown, ...target]);
  }
  return `${bench.explanation}\n${table.toString()}\n`;
}

/** The machine that the figures are of, and how busy it is just now. */
export function machine(): string {
  const cores = cpus();
  const load = loadavg().map((value) => value.toFixed(1));
  return `${cores.length} cores (${cores[0]?.model ?? 'unknown'}), load average ${load.join(' ')}`;
}

function verdict(p95: number, target: number): string {
  return p95 <= target ? 'met' : 'MISSED';
}
