/** Benches' results, for people. */
import { cpus, loadavg } from 'node:os';
import Table from 'cli-table3';
import { isProducts } from './bench.ts';
import type { Bench, Measurement } from './bench.ts';
import type { MachineShares } from '../support/machine-watch.ts';
import type { Pair } from './paired.ts';
import { percentilesOf } from '../../src/lab/probe/percentiles.ts';

/** What is the machine's is told in brackets, and held to no target. */
export function tableOf(
  bench: Bench,
  measurements: readonly Measurement[],
  machine: 'had time' | 'saturated',
): string {
  const table = new Table({
    head: [bench.name, 'n', 'p50', 'p95', 'max', 'target p95', ''],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const measurement of measurements) {
    const { what, unit, samples, targetP95 } = measurement;
    const { count, p50, p95, max } = percentilesOf(samples);
    const shown = [p50, p95, max].map((value) => `${numberOf(value, digitsOf(value, unit))} ${unit}`);
    const isTold = isProducts(bench, measurement, machine);
    const told = isTold ? shown : shown.map((figure) => `(${figure})`);
    // A count that misses its target may do so for the machine's sake.
    const mayBeMachines = machine === 'saturated' && unit === '';
    const isJudged = (target: number) => isTold && (!mayBeMachines || p95 <= target);
    const judged = (target: number) => (isJudged(target) ? verdict(p95, target) : 'not told');
    const target = targetP95 === undefined ? ['', ''] : [`≤ ${targetP95} ${unit}`, judged(targetP95)];
    table.push([what, count, ...told, ...target]);
  }
  return `${bench.explanation}\n${table.toString()}\n`;
}

/** A call takes less than one per cent, and less than a megabyte: whoever misses 0.25 by a little is to see it. */
function digitsOf(value: number, unit: Measurement['unit']): number {
  if (unit === 'ms') return 0;
  return (unit === '%' || unit === 'MB') && Math.abs(value) < 1 ? 3 : 1;
}

/** Of nothing there is no figure, and of nothing against nothing no ratio. */
function numberOf(value: number, digits: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits);
}

/** Who has had the machine while a bench ran. */
export function sharesTold({ byOwner, saturated }: MachineShares): string {
  const shares = [...byOwner].map(([owner, share]) => `${owner} ${percent(share)}`);
  return `Of the machine: ${shares.join(', ')}; saturated for ${percent(saturated)} of the time.`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** Both checkouts beside each other, and what is left of the machine's moods: the ratio within each round. `saturated`: what was measured is told in brackets, and the ratios as they are. */
export function pairedTableOf(pairs: readonly Pair[], of: 'product' | 'saturated' = 'product'): string {
  const table = new Table({
    head: ['median of the rounds', 'n', 'this', 'that', 'this / that', 'of each round'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const { what, unit, ours, theirs } of pairs) {
    const ratios = ours.map((our, round) => our / (theirs[round] ?? Number.NaN));
    const figures = [ours, theirs].map((each) => `${numberOf(percentilesOf(each).p50, 1)} ${unit}`);
    const shown = figures.map((figure) => (of === 'product' ? figure : `(${figure})`));
    const each = ratios.map((ratio) => numberOf(ratio, 2)).join(' ');
    const { p50 } = percentilesOf(ratios.filter((ratio) => !Number.isNaN(ratio)));
    table.push([what, ours.length, ...shown, numberOf(p50, 2), each]);
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
