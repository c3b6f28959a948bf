/** How the speech API ends: what is under way is answered, and what comes then is told to ask elsewhere. */
import type { FastifyReply } from 'fastify';
import { deferred } from '../base/async.ts';
import { sleep } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { whenOver } from './client-signal.ts';
import { SpeechRefusal } from './refusal.ts';

/** Requests that go on when the service is to end are given so long, ms. */
const DRAIN_WITHIN_MS = 30_000;

export class Leaving {
  readonly #clock: Clock;
  readonly #underWay = new Set<FastifyReply>();
  readonly #begun = new AbortController();
  readonly #allAnswered = deferred();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborts when the service is to end: whoever only follows something lets go then. */
  get begun(): AbortSignal {
    return this.#begun.signal;
  }

  /**
   * Until it is answered, or its client has gone. Once the service is to end its connection ends with it, and throws SERVICE_BUSY, unless
   * it only wants to be told how the service does.
   */
  take(reply: FastifyReply, wants: 'work' | 'telling'): void {
    if (this.#begun.signal.aborted) {
      void reply.header('connection', 'close');
      if (wants === 'work') throw new SpeechRefusal('SERVICE_BUSY', 'The service is ending.');
    }
    this.#underWay.add(reply);
    whenOver(reply, () => {
      this.#underWay.delete(reply);
      if (this.#begun.signal.aborted) this.#look();
    });
  }

  /** Takes nothing more in, and resolves when all that was taken in is answered, or its time is over. */
  async drain(): Promise<void> {
    if (!this.#begun.signal.aborted) {
      this.#begun.abort(new Error('The service is ending.'));
      // A connection that is kept would be waited for.
      for (const reply of this.#underWay)
        if (!reply.raw.headersSent) void reply.header('connection', 'close');
      this.#look();
    }
    const inTime = new AbortController();
    const late = sleep(this.#clock, DRAIN_WITHIN_MS, inTime.signal).catch(() => undefined);
    await Promise.race([this.#allAnswered.promise, late]);
    inTime.abort(new Error('all is answered'));
  }

  #look(): void {
    if (this.#underWay.size === 0) this.#allAnswered.resolve();
  }
}
