/** Redis within 20 ms, or without it. */
import { ReplyError } from 'ioredis';
import { Circuit } from './circuit.ts';
import type { Clock } from './clock.ts';

/** To do without it takes a hundred times as long; a Redis that needs more is no help, ms. */
const WITHIN_MS = 20;
/** So many late answers in a row, and it is left alone for a second: each costs its caller the 20 ms. */
const REST = { failuresToOpen: 3, openMs: 1_000, successesToClose: 1 };

export class RedisPatience {
  readonly #clock: Clock;
  readonly #circuit: Circuit;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#circuit = new Circuit(clock, REST, () => undefined);
  }

  /** What the command gives; `away` if that is an error, or comes too late, or is not to be expected now. Never rejects. */
  async soon<T>(command: () => Promise<T>): Promise<T | 'away'> {
    const report = this.#circuit.admit();
    if (!report) return 'away';
    let cancel = () => {};
    const late = new Promise<'late'>((resolve) => {
      cancel = this.#clock.after(WITHIN_MS, () => resolve('late'));
    });
    try {
      const answer = await Promise.race([command(), late]);
      report(answer === 'late' ? 'failure' : 'success');
      return answer === 'late' ? 'away' : answer;
    } catch (error) {
      // A wrong kind of value under a key is an error of that key, and tells nothing of Redis.
      report(error instanceof ReplyError ? 'success' : 'failure');
      return 'away';
    } finally {
      cancel();
    }
  }
}
