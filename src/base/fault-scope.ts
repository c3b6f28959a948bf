/**
 * Whose fault it was. What one call begins (timers, promises, sockets) belongs to that call, and so does a fault in it that nobody has
 * caught: the process asks here, and ends the call instead of all of them.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const scopes = new AsyncLocalStorage<FaultScope>();

export class FaultScope {
  #onFault: ((error: unknown) => void) | undefined;
  readonly #early: unknown[] = [];

  /** What runs now belongs to it; undefined if to nobody. In a handler of uncaught faults: what the fault belongs to. */
  static get here(): FaultScope | undefined {
    return scopes.getStore();
  }

  /** Runs `act`. All that it begins, and all that this begins in turn, belongs here. Throws what `act` throws. */
  run<Result>(act: () => Result): Result {
    return scopes.run(this, act);
  }

  /** Who bears the faults, those that have been already among them. Must not throw. The last one asked bears them. */
  onFault(listener: (error: unknown) => void): void {
    this.#onFault = listener;
    for (const error of this.#early.splice(0)) listener(error);
  }

  fault(error: unknown): void {
    if (this.#onFault) this.#onFault(error);
    else this.#early.push(error);
  }
}

/**
 * The same listener for a source that many share, such as a socket: whatever it does belongs to where `owned` was called, and what it throws
 * is a fault of that, not of the source. Where nobody is the owner it throws as before.
 */
export function owned<Args extends unknown[]>(listener: (...args: Args) => void): (...args: Args) => void {
  const scope = FaultScope.here;
  if (!scope) return listener;
  return (...args) =>
    scope.run(() => {
      try {
        listener(...args);
      } catch (error) {
        scope.fault(error);
      }
    });
}
