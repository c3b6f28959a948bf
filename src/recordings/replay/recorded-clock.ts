/** The clock of a call that is run again: the timers that it sets as it did then fire when they did then, as late as the machine was busy. */
import type { Clock } from '../../base/clock.ts';
import type { RecordedTimer } from '../bundle/recorded-call.ts';
import { SAME_TIME_MS } from './tape-time.ts';
import type { TapeTime } from './tape-time.ts';

/**
 * A timer that is set in the middle of work is due later than one that is set at its beginning, by as much as the work had taken, ms: by
 * so much may the same timer's due differ.
 */
const WORK_MS = 200;

/** The same in a bundle without `nth`: two timers of one cause that wait for the same words are due 200 ms apart. */
const WORK_OF_OLD_MS = 100;

/** So long may the work of one turn of the event loop take, ms, on a machine that is far behind. */
const BESIDE_MS = 50;

/** By no more do the dues of one timer differ, ms, where nothing stood still while it was set. */
const SAME_DUE_MS = 1;

/** Whatever cancelled it when it was overdue comes again, by so much later at most, ms; or else it fires. */
const CANCELLED_WITHIN_MS = 1000;

export function recordedClock(time: TapeTime, timers: readonly RecordedTimer[]): Clock {
  const left = new Set(timers);
  let set = { atMs: NaN, count: 0 };
  return {
    nowMs: () => time.clock.nowMs(),
    after(delayMs, callback) {
      const setAtMs = time.nowMs;
      if (set.atMs !== setAtMs) set = { atMs: setAtMs, count: 0 };
      const dueAtMs = setAtMs + Math.max(0, delayMs);
      const recorded = sameTimer(left, {
        setAtMs,
        dueAtMs,
        delayMs: Math.max(0, delayMs),
        nth: set.count++,
      });
      const firesAtMs = recorded ? recorded.atMs + (recorded.cancelled ? CANCELLED_WITHIN_MS : 0) : dueAtMs;
      return time.clock.after(firesAtMs - setAtMs, () => {
        // One that is cancelled has not used up the record of the one that was set in its place.
        if (recorded) left.delete(recorded);
        callback();
      });
    },
  };
}

type SetTimer = Required<Pick<RecordedTimer, 'setAtMs' | 'dueAtMs' | 'delayMs' | 'nth'>>;

/**
 * The recorded timer that is set here again. First of all one that the same cause had set: with the same due or delay, or else the same by
 * its place among them. If there is none, one that was set a moment before or after with the very same due or delay: something else may have
 * happened while the call worked, and was noted as the cause.
 */
function sameTimer(timers: Iterable<RecordedTimer>, set: SetTimer): RecordedTimer | undefined {
  let best: RecordedTimer | undefined;
  let least = Infinity;
  for (const timer of timers) {
    const rank =
      Math.abs(timer.setAtMs - set.setAtMs) <= SAME_TIME_MS ? rankOf(timer, set) : rankBeside(timer, set);
    if (rank >= least) continue;
    best = timer;
    least = rank;
  }
  return best;
}

/** Ranks before all others: it is this timer beyond doubt. */
const SURELY = -1;

/** Of one that the same cause has set: the lower, the likelier; Infinity for another timer. */
function rankOf(timer: RecordedTimer, set: SetTimer): number {
  const isSame = timer.nth === set.nth;
  const mostMs = timer.nth === undefined ? WORK_OF_OLD_MS : isSame ? WORK_MS : SAME_DUE_MS;
  const awayMs = apartMs(timer, set);
  if (awayMs >= mostMs) return Infinity;
  return isSame && awayMs < SAME_DUE_MS ? SURELY : awayMs;
}

/** The same of one of another cause. */
function rankBeside({ setAtMs, dueAtMs, delayMs, atMs }: RecordedTimer, set: SetTimer): number {
  const besideMs = Math.abs(setAtMs - set.setAtMs);
  const isSameWhile = delayMs !== undefined && delayMs > 0 && Math.abs(delayMs - set.delayMs) <= SAME_TIME_MS;
  const isSame = isSameWhile || Math.abs(dueAtMs - set.dueAtMs) < SAME_DUE_MS;
  // What fired before this one is due is another.
  if (!isSame || besideMs > BESIDE_MS || atMs < set.dueAtMs - SAME_DUE_MS) return Infinity;
  return WORK_MS + besideMs;
}

/**
 * One that is set for a while is due later by as much as the work had taken, and one that is set for a moment has a shorter while by as much:
 * either its due or its delay is the same. One for a moment that had passed by then was due at once.
 */
function apartMs({ dueAtMs, delayMs }: RecordedTimer, set: SetTimer): number {
  if (delayMs === 0 && set.dueAtMs <= dueAtMs) return 0;
  return Math.min(Math.abs(dueAtMs - set.dueAtMs), Math.abs((delayMs ?? Infinity) - set.delayMs));
}
