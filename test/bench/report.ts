/** A whole run, for programs. */
import { percentilesOf } from '../../src/lab/probe/percentiles.ts';
import type { Ran } from './run.ts';

/** JSON. What is no number is null. */
export function jsonOf(
  { results, failed, leftOut, isInterrupted }: Ran,
  more: Readonly<Record<string, string | number>>,
): string {
  const told = results.map(({ shares, measurements, printed, ...result }) => ({
    ...result,
    machine: Object.fromEntries(shares.byOwner),
    saturated: shares.saturated,
    measurements: measurements.map(({ samples, ...measurement }) => ({
      ...measurement,
      ...percentilesOf(samples),
      samples: samples.map((value) => Number(value.toFixed(2))),
    })),
    ...(printed !== '' && { printed }),
  }));
  return JSON.stringify({ ...more, results: told, failed, leftOut, isInterrupted }, undefined, 2);
}
