/** Reports of ended calls as pieces of HTML, one after another, each made in a thread of its own. */
import { sleep } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { ParleyError } from '../base/errors.ts';
import type { ReportQuestion } from './report-thread.ts';
import { Thread } from '../base/thread.ts';

/** A call of several hours takes less, ms; what takes longer hangs. */
const MADE_WITHIN_MS = 30_000;

export class Reports {
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rejects with BUNDLE_UNREADABLE, BUNDLE_INVALID or BUNDLE_NEWER for a recorded call that is of no use, or HISTORY_UNAVAILABLE. */
  make(question: ReportQuestion): Promise<string> {
    const made = this.#last.then(() => this.#make(question));
    this.#last = made.catch(() => undefined);
    return made;
  }

  async #make(question: ReportQuestion): Promise<string> {
    const thread = new Thread({
      module: new URL('./report-thread', import.meta.url),
      goneCode: 'HISTORY_UNAVAILABLE',
    });
    const inTime = new AbortController();
    try {
      const late = sleep(this.#clock, MADE_WITHIN_MS, inTime.signal).then(() => {
        throw new ParleyError('HISTORY_UNAVAILABLE', 'The report is not made in time.');
      });
      return (await Promise.race([thread.ask(question), late])) as string;
    } finally {
      inTime.abort(new Error('the report is made'));
      await thread.close();
    }
  }
}
