import type { CancelTimer } from '../clock.ts';
import { ManualClock } from '../manual-clock.ts';

/** That of a busy process: every timer fires later than it is due. */
export class LateClock extends ManualClock {
  /** By so much, of those that are set from now on. */
  lateMs = 0;

  override after(delayMs: number, callback: () => void): CancelTimer {
    return super.after(delayMs + this.lateMs, callback);
  }
}
