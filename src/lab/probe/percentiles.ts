/** What was measured many times, in a few numbers. */

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export function percentilesOf(samples: readonly number[]): Percentiles {
  const [p50, p95, max] = [50, 95, 100].map((percent) => percentile(samples, percent));
  return { count: samples.length, p50: p50 ?? NaN, p95: p95 ?? NaN, max: max ?? NaN };
}

/** By nearest rank: every figure is one that was really measured. NaN where nothing was. */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN;
}
