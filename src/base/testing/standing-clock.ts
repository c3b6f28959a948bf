import { ManualClock } from '../manual-clock.ts';

/** That of a process which stands still now and then: what was due meanwhile comes late. */
export class StandingClock extends ManualClock {
  /** By so much everything is late from now on; add to it to stand still. */
  stoodStillMs = 0;

  override nowMs(): number {
    return super.nowMs() + this.stoodStillMs;
  }
}
