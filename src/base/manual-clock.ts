import type { CancelTimer, Clock } from './clock.ts';
import { Earliest } from './earliest.ts';

interface Alarm {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
  isSettled: boolean;
}

/** A Clock that stands still until it is told to go on: for tests and replays. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #order = 0;
  /** Those that have fired or were cancelled go when it is their turn. */
  readonly #alarms = new Earliest<Alarm>(
    (one, other) => one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order),
  );
  #pending = 0;
  readonly #settle: () => Promise<void>;

  /** `settle` lets what is already resolved run on; where promises are all there is, `promisesOnly()` does so in a tenth of the time. */
  constructor(settle: () => Promise<void> = turnOfTheLoop) {
    this.#settle = settle;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): CancelTimer {
    const atMs = this.#nowMs + Math.max(0, delayMs);
    const alarm: Alarm = { atMs, order: this.#order++, callback, isSettled: false };
    this.#alarms.push(alarm);
    this.#pending++;
    return () => this.#retire(alarm);
  }

  /** Timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#pending;
  }

  /** Moves on by `byMs`, firing every timer on the way in its order and letting promises settle after each. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await this.#settle();
    for (let next = this.#next(untilMs); next; next = this.#next(untilMs)) {
      this.#retire(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
      await this.#settle();
    }
    this.#nowMs = untilMs;
  }

  /**
   * Moves on from timer to timer until `work` is over, as fast as the machine can. Throws an Error if nothing is left that could bring it
   * to its end. While `outside` has something to wait for that no timer brings, a thread or a server, time stands still.
   */
  async runUntil<T>(
    work: Promise<T>,
    outside: () => Promise<unknown> | undefined = () => undefined,
  ): Promise<T> {
    let isOver = false;
    const over = () => void (isOver = true);
    work.then(over, over);
    await this.#settle();
    while (!isOver) {
      const awaited = outside();
      if (awaited) {
        await awaited;
        await this.#settle();
        continue;
      }
      const next = this.#next(Number.MAX_VALUE);
      if (!next) throw new Error('It waits for something that no timer will bring.');
      await this.advance(next.atMs - this.#nowMs);
    }
    return work;
  }

  #next(untilMs: number): Alarm | undefined {
    while (this.#alarms.first?.isSettled) this.#alarms.shift();
    const next = this.#alarms.first;
    return next && next.atMs <= untilMs ? next : undefined;
  }

  /** It has fired or was cancelled: neither happens again. */
  #retire(alarm: Alarm): void {
    if (alarm.isSettled) return;
    alarm.isSettled = true;
    this.#pending--;
  }
}

/** Lets everything that is already resolved run on: one turn of the event loop, microtasks and all. */
function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The process is to hear signals, and a test its own time limit. */
const TURN_OF_THE_LOOP_EVERY = 10_000;

/** For a ManualClock in a world without sockets, files and threads: Node's queue of ticks goes on only when no promise has anything to do. */
export function promisesOnly(): () => Promise<void> {
  let count = 0;
  return () =>
    ++count % TURN_OF_THE_LOOP_EVERY === 0
      ? turnOfTheLoop()
      : new Promise((resolve) => process.nextTick(resolve));
}
