/** The same work, asked for by several at once, is done once. */
import { unlessAborted } from '../../base/async.ts';

interface Flight<Value> {
  readonly result: Promise<Value>;
  readonly ended: AbortController;
  waiting: number;
  isOver: boolean;
}

export class SingleFlight<Value> {
  readonly #flights = new Map<string, Flight<Value>>();

  /** What `work` gives, or what it gives somebody who asked before; it is aborted when the last who waits has gone. Throws what it throws. */
  async share(
    key: string,
    work: (signal: AbortSignal) => Promise<Value>,
    signal: AbortSignal,
  ): Promise<Value> {
    signal.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#begin(key, work);
    flight.waiting++;
    try {
      return await unlessAborted(flight.result, signal);
    } finally {
      flight.waiting--;
      if (flight.waiting === 0) {
        // Whoever comes now begins anew.
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        if (!flight.isOver) flight.ended.abort(signal.reason ?? new Error('Nobody waits any more.'));
      }
    }
  }

  #begin(key: string, work: (signal: AbortSignal) => Promise<Value>): Flight<Value> {
    const ended = new AbortController();
    const flight = { result: work(ended.signal), ended, waiting: 0, isOver: false };
    this.#flights.set(key, flight);
    const over = () => void (flight.isOver = true);
    flight.result.then(over, over);
    return flight;
  }
}
