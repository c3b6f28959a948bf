/** Redis within 20 ms, or without it. */
import { ReplyError } from 'ioredis';
import { Circuit } from './circuit.ts';
import type { Clock } from './clock.ts';
import { unansweredAfter } from './unanswered-after.ts';

/** To do without it takes a hundred times as long; a Redis that needs more is no help, ms. */
const WITHIN_MS = 20;
/**
 * Late again and again for 60 ms, and it is left alone: each late answer costs its caller the 20 ms. One request in 250 ms looks whether
 * it is back, which costs nobody else anything.
 */
const REST = { failuresToOpen: 3, openMs: 250, successesToClose: 1 };

export class RedisPatience {
  readonly #clock: Clock;
  readonly #circuit: Circuit;
  /** Since when a failure is another one: what was under way together is late together, and that once. */
  #countsFromMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#circuit = new Circuit(clock, REST, () => undefined);
  }

  /** What the command gives; `away` if that is an error, or comes too late, or is not to be expected now. Never rejects. */
  async soon<T>(command: () => Promise<T>): Promise<T | 'away'> {
    const isProbe = this.#circuit.state !== 'closed';
    const report = this.#circuit.admit();
    if (!report) return 'away';
    const beganMs = this.#clock.nowMs();
    const failed = () => {
      const isAnother = beganMs >= this.#countsFromMs;
      if (isAnother) this.#countsFromMs = this.#clock.nowMs();
      report(isAnother || isProbe ? 'failure' : 'neither');
    };
    let cancel = () => {};
    const late = new Promise<'late'>((resolve) => {
      // A process that was busy meanwhile has the answer already, unread: it is not Redis that was slow.
      cancel = unansweredAfter(this.#clock, WITHIN_MS, () => resolve('late'));
    });
    try {
      const answer = await Promise.race([command(), late]);
      if (answer === 'late') failed();
      else report('success');
      return answer === 'late' ? 'away' : answer;
    } catch (error) {
      // A wrong kind of value under a key is an error of that key, and tells nothing of Redis.
      if (error instanceof ReplyError) report('success');
      else failed();
      return 'away';
    } finally {
      cancel();
    }
  }
}
