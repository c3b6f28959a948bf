/** How long benches take: all of them together no longer than anybody waits. */
import type { Bench } from './bench.ts';

/** All of them, on two cores. */
export const ALL_WITHIN_MINUTES = 30;

/** Of each that does not tell, whatever the scale: Asterisk, stand-ins and service begin, and are warmed. */
const FIXED_MINUTES = 0.4;

type Planned = Pick<Bench, 'minutes' | 'fixedMinutes'>;

export function estimatedMinutes({ minutes, fixedMinutes = FIXED_MINUTES }: Planned, scale: number): number {
  const fixed = Math.min(minutes, fixedMinutes);
  return fixed + (minutes - fixed) * scale;
}

/** The largest scale, 1 at most, at which all of these take no longer than `minutes` together. Throws if not even their beginnings fit. */
export function scaleToFit(benches: readonly Planned[], minutes: number): number {
  const sum = (scale: number) => benches.reduce((all, bench) => all + estimatedMinutes(bench, scale), 0);
  const [least, most] = [sum(0), sum(1)];
  if (least >= minutes)
    throw new Error(`to begin them alone takes ${Math.ceil(least)} minutes of ${minutes}`);
  return Math.min(1, (minutes - least) / (most - least));
}

/** How far the run has come. */
export interface Progress {
  readonly passedMinutes: number;
  /** What that should have taken. */
  readonly estimatedMinutes: number;
}

/** Whether another one ends in time: on a machine that others use it takes as much longer than by estimate as those before it did. */
export function endsInTime(nextMinutes: number, { passedMinutes, estimatedMinutes }: Progress): boolean {
  const slowness = estimatedMinutes === 0 ? 1 : Math.max(1, passedMinutes / estimatedMinutes);
  return passedMinutes + nextMinutes * slowness <= ALL_WITHIN_MINUTES;
}
