import type { CancelTimer, Clock } from './clock.ts';

/**
 * Calls back once `delayMs` have passed, and what had come by then was read: for how long an answer from outside is waited. The timers of a
 * process that was busy fire before it looks at its sockets, and what is late is then the process: the answer lies there, unread.
 */
export function unansweredAfter(clock: Clock, delayMs: number, callback: () => void): CancelTimer {
  let reading: NodeJS.Immediate | undefined;
  // Node reads between its timers and its immediates.
  const cancel = clock.after(delayMs, () => void (reading = setImmediate(callback)));
  return () => {
    cancel();
    clearImmediate(reading);
  };
}
