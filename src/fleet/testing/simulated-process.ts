/** A process on the virtual clock that can stand still, and what it reaches. */
import type { CancelTimer, Clock } from '../../base/clock.ts';
import type { ManualClock } from '../../base/manual-clock.ts';

/** What the process does comes to a stand with it, and goes on when it does. */
export class SimulatedProcess implements Clock {
  readonly clock: ManualClock;
  state: 'runs' | 'stands' | 'dead' = 'runs';
  /** What is lost of its conversation with the memory: what it asks, or what is answered to that. */
  cut: 'asks' | 'answers' | undefined;
  #held: (() => void)[] = [];

  constructor(clock: ManualClock) {
    this.clock = clock;
  }

  nowMs(): number {
    return this.clock.nowMs();
  }

  after(delayMs: number, callback: () => void): CancelTimer {
    let isCancelled = false;
    const cancel = this.clock.after(delayMs, () => this.run(() => isCancelled || callback()));
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  /** Now, or when the process goes on; never in a dead one. */
  run(act: () => void): void {
    if (this.state === 'runs') act();
    else if (this.state === 'stands') this.#held.push(act);
  }

  /** What comes from outside reaches a process that runs. */
  async reached<T>(answer: Promise<T>): Promise<T> {
    const settled = await answer.then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    await new Promise<void>((resolve) => this.run(resolve));
    return settled();
  }

  goOn(first: () => void): void {
    if (this.state !== 'stands') return;
    this.state = 'runs';
    first();
    for (const act of this.#held.splice(0)) this.run(act);
  }
}

/** A request takes its time, also to a memory on the same machine, ms. */
const ANSWERS_AFTER_MS = 2;

/** The memory as this process reaches it: not while it stands still. */
export function behind<Memory extends object>(
  process: SimulatedProcess,
  clock: ManualClock,
  memory: Memory,
): Memory {
  type Request = (...given: readonly unknown[]) => Promise<unknown>;
  const asked = new Map<string | symbol, Request>();
  const through =
    (request: Request): Request =>
    (...given) =>
      new Promise((resolve, reject) => {
        const { cut } = process;
        const answered = (value: unknown) => process.run(() => resolve(value));
        const refused = (error: Error) => process.run(() => reject(error));
        const unanswered = () => refused(new Error('no answer'));
        if (cut === 'asks') return refused(new Error('it cannot be reached'));
        clock.after(
          ANSWERS_AFTER_MS,
          () => void request(...given).then(cut === 'answers' ? unanswered : answered, refused),
        );
      });
  return new Proxy(memory, {
    get: (target, name) => {
      const known = asked.get(name);
      if (known) return known;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const request = through(value.bind(target) as Request);
      asked.set(name, request);
      return request;
    },
  });
}
