/** How long benches take: all of them together no longer than anybody waits, and none for ever. */
import type { Planned } from './bench.ts';

/** All of them, on two cores. */
export const ALL_WITHIN_MINUTES = 30;

/** Of that, for what takes a little longer than by its estimate. */
const RESERVE_MINUTES = 1.5;

/** Of each that does not tell, whatever the scale: Asterisk, stand-ins and service begin, and are warmed. */
const FIXED_MINUTES = 0.4;

/** Whatever takes that many times as long as by its estimate, and some minutes, hangs: a busy machine has never been so slow. */
const BOUND_TIMES = 3;
const BOUND_MORE_MINUTES = 2;

type Timed = Pick<Planned, 'minutes' | 'fixedMinutes'>;

export function estimatedMinutes({ minutes, fixedMinutes = FIXED_MINUTES }: Timed, scale: number): number {
  const fixed = Math.min(minutes, fixedMinutes);
  return fixed + (minutes - fixed) * scale;
}

/** What a bench of this estimate may take at most. */
export function boundMinutes(estimate: number): number {
  return BOUND_TIMES * estimate + BOUND_MORE_MINUTES;
}

/** The largest scale, 1 at most, at which all of these end within `minutes`. Throws if not even their beginnings fit. */
export function scaleToFit(
  benches: readonly Timed[],
  minutes = ALL_WITHIN_MINUTES - RESERVE_MINUTES,
): number {
  const sum = (scale: number) => benches.reduce((all, bench) => all + estimatedMinutes(bench, scale), 0);
  const [least, most] = [sum(0), sum(1)];
  if (least >= minutes)
    throw new Error(`to begin them alone takes ${Math.ceil(least)} minutes of ${minutes}`);
  return Math.min(1, (minutes - least) / (most - least));
}

/** How far the run has come. */
export interface Progress {
  readonly passedMinutes: number;
  /** What those have taken that came to their ends, and what they should have taken. */
  readonly tookMinutes: number;
  readonly estimatedMinutes: number;
}

/** Whether another one ends in time: on a machine that others use it takes as much longer than by estimate as those before it did. */
export function endsInTime(
  nextMinutes: number,
  { passedMinutes, tookMinutes, estimatedMinutes }: Progress,
  withinMinutes: number,
): boolean {
  const slowness = estimatedMinutes === 0 ? 1 : Math.max(1, tookMinutes / estimatedMinutes);
  return passedMinutes + nextMinutes * slowness <= withinMinutes;
}
