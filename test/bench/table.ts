/** Benches' results, for people. */
import { cpus, loadavg } from 'node:os';
import Table from 'cli-table3';
import type { Bench, Measurement } from './bench.ts';
import type { Pair } from './paired.ts';
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

/** Both checkouts beside each other, and what is left of the machine's moods: the ratio within each round. */
export function pairedTableOf(pairs: readonly Pair[]): string {
  const table = new Table({
    head: ['median of the rounds', 'n', 'this', 'that', 'this / that', 'of each round'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const { what, unit, ours, theirs } of pairs) {
    const ratios = ours.map((our, round) => our / (theirs[round] ?? Number.NaN));
    const shown = [ours, theirs].map((of) => `${percentilesOf(of).p50.toFixed(1)} ${unit}`);
    const each = ratios.map((ratio) => ratio.toFixed(2)).join(' ');
    table.push([what, ours.length, ...shown, percentilesOf(ratios).p50.toFixed(2), each]);
  }
  return table.toString();
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
