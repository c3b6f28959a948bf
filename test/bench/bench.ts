/** What a bench is, to those who run and print them. */

/** One thing, measured many times. */
export interface Measurement {
  readonly what: string;
  readonly unit: 'ms' | 'µs' | 'MB' | '%' | '';
  readonly samples: readonly number[];
  /** What its p95 is to be at most. */
  readonly targetP95?: number;
}

export interface Bench {
  readonly name: string;
  /** What is measured, from where to where: a line or two for the reader of the table. */
  readonly explanation: string;
  /** About how long it takes on two cores at full scale. */
  readonly minutes: number;
  /** What of that no scale shrinks, where it is more than to begin: callers who are fewer talk as long. */
  readonly fixedMinutes?: number;
  /** Its figures are of processor time, of the virtual clock, or of what came out: a saturated machine does not move them. */
  readonly bearsLoad?: true;
  /** `scale` from 0 up to 1 shrinks the number of repetitions, for trying out. */
  run(scale: number): Promise<readonly Measurement[]>;
}

export function repetitions(full: number, scale: number): number {
  return Math.max(1, Math.round(full * scale));
}

/** A number of things, of which there is one figure. */
export function counted(what: string, value: number, targetP95?: number): Measurement {
  return { what, unit: '', samples: [value], ...(targetP95 !== undefined && { targetP95 }) };
}
