/** What a bench is, to those who run and print them. */
import { isSaturated } from '../support/machine-watch.ts';
import type { MachineShares } from '../support/machine-watch.ts';

/** Of all cores together: what others take on a machine that nobody else uses, the kernel's own threads among them. 6 % were seen. */
const LITTLE_OTHER_WORK = 0.1;

/** One thing, measured many times. */
export interface Measurement {
  readonly what: string;
  /** None for a count. What is counted in a time is a rate. */
  readonly unit: 'ms' | 'µs' | 'MB' | '%' | '/s' | '';
  readonly samples: readonly number[];
  /** In a bench that bears load: this one does not, it is by the wall's clock. */
  readonly byTheClock?: true;
  /** What its p95 is to be at most. */
  readonly targetP95?: number;
}

/** What is known of a bench before it runs. */
export interface Planned {
  readonly name: string;
  /** About how long it takes on two cores at full scale. */
  readonly minutes: number;
  /** What of that no scale shrinks, where it is more than to begin: callers who are fewer talk as long. */
  readonly fixedMinutes?: number;
  /** Its figures are of processor time, of the virtual clock, or of what came out: a saturated machine does not move them. */
  readonly bearsLoad?: true;
  /** What is measured runs in the bench's own process, and may have all of the machine: only other work makes it slower than it is. */
  readonly takesAll?: true;
  /** Not among those that are measured where none is named: it looks for faults rather than for figures, or asks what is decided, or fetches much. */
  readonly onlyByName?: true;
}

export interface Bench extends Planned {
  /** What is measured, from where to where: a line or two for the reader of the table. */
  readonly explanation: string;
  /** `scale` above 0 and up to 1 shrinks the number of repetitions, for trying out. */
  run(scale: number, tell: Tell): Promise<void>;
}

/** Is told what was measured as soon as it is known: what fails later loses no figure. */
export type Tell = (measurements: readonly Measurement[]) => void;

/** Prints tables by condition instead of percentiles, and knows no scale. */
export interface Report extends Planned {
  print(options: ReportOptions): void | Promise<void>;
}

export interface ReportOptions {
  /** A directory of files of turns. */
  readonly turns?: string | undefined;
  /** Another checkout, whose end of turn is to be compared. */
  readonly before?: string | undefined;
}

/** What the machine was to this bench. */
export function machineOf({ takesAll }: Planned, shares: MachineShares): 'had time' | 'saturated' {
  if (!isSaturated(shares)) return 'had time';
  const isByItself = takesAll === true && (shares.byOwner.get('other work') ?? 0) < LITTLE_OTHER_WORK;
  return isByItself ? 'had time' : 'saturated';
}

/** Whether it is a figure of the product's: on a saturated machine one of the wall's clock is the machine's. A count is what came out. */
export function isProducts(
  { bearsLoad }: Planned,
  { unit, byTheClock }: Measurement,
  machine: 'had time' | 'saturated',
): boolean {
  return machine === 'had time' || unit === '' || (bearsLoad === true && byTheClock !== true);
}

export function repetitions(full: number, scale: number): number {
  return Math.max(1, Math.round(full * scale));
}

/** A number of things, of which there is one figure. */
export function counted(what: string, value: number, targetP95?: number): Measurement {
  return { what, unit: '', samples: [value], ...(targetP95 !== undefined && { targetP95 }) };
}
