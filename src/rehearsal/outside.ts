/** What a rehearsed call waits for in the real world, on a clock that jumps: a model, a thread that searches, a server. */
import { sleep } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import type { Chat, ChatRequest, ReplyEvent } from '../llm/chat.ts';

export class Outside {
  readonly #clock: Clock;
  readonly #realMs: () => number;
  readonly #open = new Set<Promise<unknown>>();

  /** `realMs`: the time by which the world outside is measured, ms. */
  constructor(clock: Clock, realMs: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#realMs = realMs;
  }

  /** The first that will be over of what is under way; undefined if nothing is. Never rejects. */
  readonly next = (): Promise<unknown> | undefined =>
    this.#open.size === 0 ? undefined : Promise.race(this.#open);

  /** The call's time stands still meanwhile: what takes the machine a moment takes the call none, and every run is the same. */
  async still<T>(work: Promise<T>): Promise<T> {
    const settled: Promise<void> = work.then(
      () => undefined,
      () => undefined,
    );
    this.#open.add(settled);
    void settled.then(() => this.#open.delete(settled));
    return work;
  }

  /** Takes the call as long as it has really taken. Throws what the work throws, or the signal's reason. */
  async timed<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    const fromMs = this.#realMs();
    const pass = () => sleep(this.#clock, this.#realMs() - fromMs, signal);
    try {
      const result = await this.still(work);
      await pass();
      return result;
    } catch (error) {
      if (!signal.aborted) await pass();
      throw error;
    }
  }

  /** A model that is really asked, and is in the call as fast as it is. */
  chat(real: Chat): Chat {
    return {
      name: real.name,
      ...(real.hasSecond !== undefined && { hasSecond: real.hasSecond }),
      reply: (request, signal) => this.#reply(real, request, signal),
    };
  }

  async *#reply(real: Chat, request: ChatRequest, signal: AbortSignal): AsyncGenerator<ReplyEvent> {
    const events = real.reply(request, signal)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.timed(events.next(), signal);
        if (next.done) return;
        yield next.value;
      }
    } finally {
      // One that is given up must not hold the call up.
      events.return?.().then(
        () => undefined,
        () => undefined,
      );
    }
  }
}
