/** The clock of a call that is run again: the timers that it sets as it did then fire when they did then, as late as the machine was busy. */
import type { Clock } from '../../base/clock.ts';
import type { RecordedTimer } from '../bundle/recorded-call.ts';
import { SAME_TIME_MS } from './tape-time.ts';
import type { TapeTime } from './tape-time.ts';

/**
 * A timer that is set in the middle of work is due later than one that is set at its beginning, by as much as the work had taken, ms: by
 * so much may the same timer's due differ, and no two that are set by one cause are as near to each other.
 */
const WORK_MS = 200;

/** Whatever cancelled it when it was overdue comes again, by so much later at most, ms; or else it fires. */
const CANCELLED_WITHIN_MS = 1000;

export function recordedClock(time: TapeTime, timers: readonly RecordedTimer[]): Clock {
  const left = new Set(timers);
  return {
    nowMs: () => time.clock.nowMs(),
    after(delayMs, callback) {
      const setAtMs = time.nowMs;
      const dueAtMs = setAtMs + Math.max(0, delayMs);
      const recorded = sameTimer(left, { setAtMs, dueAtMs, delayMs: Math.max(0, delayMs) });
      const firesAtMs = recorded ? recorded.atMs + (recorded.cancelled ? CANCELLED_WITHIN_MS : 0) : dueAtMs;
      return time.clock.after(firesAtMs - setAtMs, () => {
        // One that is cancelled has not used up the record of the one that was set in its place.
        if (recorded) left.delete(recorded);
        callback();
      });
    },
  };
}

/**
 * One that is set for a while is due later by as much as the work had taken, and one that is set for a moment has a shorter while by as much:
 * either its due or its delay is the same.
 */
function sameTimer(
  timers: Iterable<RecordedTimer>,
  { setAtMs, dueAtMs, delayMs }: Required<Pick<RecordedTimer, 'setAtMs' | 'dueAtMs' | 'delayMs'>>,
): RecordedTimer | undefined {
  let nearest: RecordedTimer | undefined;
  let nearestMs = WORK_MS;
  for (const timer of timers) {
    const awayMs = Math.min(
      Math.abs(timer.dueAtMs - dueAtMs),
      Math.abs((timer.delayMs ?? Infinity) - delayMs),
    );
    if (Math.abs(timer.setAtMs - setAtMs) > SAME_TIME_MS || awayMs >= nearestMs) continue;
    nearest = timer;
    nearestMs = awayMs;
  }
  return nearest;
}
