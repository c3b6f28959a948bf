import type { CancelTimer, Clock } from './clock.ts';

/** As often as a phone has something to send. */
const LOOK_EVERY_MS = 20;

/** Tells at each look, until it is cancelled, by how many ms the event loop does late what is due: whatever it says or measures is later by as much. */
export function watchLateness(clock: Clock, tell: (lateMs: number) => void): CancelTimer {
  let cancel: CancelTimer;
  const look = () => {
    const dueMs = clock.nowMs() + LOOK_EVERY_MS;
    cancel = clock.after(LOOK_EVERY_MS, () => {
      tell(Math.max(0, clock.nowMs() - dueMs));
      look();
    });
  };
  look();
  return () => cancel();
}
