/** What others than the caller and the bot want of one call, and what of that was not said yet. */
import type { Clock } from '../base/clock.ts';
import type { CallOrder, Order } from './orders.ts';

export class OrderBook {
  readonly #clock: Clock;
  readonly #all: CallOrder[] = [];
  readonly #unsaid: string[] = [];
  #isToMove = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Oldest first. */
  get all(): readonly CallOrder[] {
    return this.#all;
  }

  get hasUnsaid(): boolean {
    return this.#unsaid.length > 0;
  }

  /** Another daemon is to go on with it, as soon as neither side has the turn. */
  get isToMove(): boolean {
    return this.#isToMove;
  }

  note(order: Order): void {
    this.#all.push({ ...order, atMs: this.#clock.nowMs() });
    if (order.kind === 'say') this.#unsaid.push(order.text);
    if (order.kind === 'move') this.#isToMove = true;
  }

  /** What is to be said next, once. */
  nextWords(): string | undefined {
    return this.#unsaid.shift();
  }
}
