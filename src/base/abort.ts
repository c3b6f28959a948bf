import { setMaxListeners } from 'node:events';
import type { Clock } from './clock.ts';
import { unansweredAfter } from './unanswered-after.ts';

/** A controller whose signal a whole crowd may wait for at once, a listener each. Node takes more than ten for a leak, and warns. */
export function crowdController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/** A controller that aborts when a parent does, with the same reason; `release` forgets the parents, and so does `abort`. */
export interface ChildController {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  release(): void;
}

/** AbortSignal.any keeps every child of a long-lived signal alive on Node 20; this one lets go when told to. */
export function childOf(...parents: readonly AbortSignal[]): ChildController {
  const controller = new AbortController();
  const release = () => {
    for (const parent of parents) parent.removeEventListener('abort', follow);
  };
  const abort = (reason: unknown) => {
    release();
    controller.abort(reason);
  };
  const follow = () => abort(parents.find(({ aborted }) => aborted)?.reason);
  if (parents.some(({ aborted }) => aborted)) follow();
  else for (const parent of parents) parent.addEventListener('abort', follow, { once: true });
  return { signal: controller.signal, abort, release };
}

/** Such a child, which also aborts by itself after `ms` without an answer, with what `late` makes; `release` stops the clock. */
export function childWithin(
  ms: number,
  clock: Clock,
  late: () => unknown,
  ...parents: readonly AbortSignal[]
): ChildController {
  const child = childOf(...parents);
  const cancel = unansweredAfter(clock, ms, () => child.abort(late()));
  return {
    signal: child.signal,
    abort: (reason) => {
      cancel();
      child.abort(reason);
    },
    release: () => {
      cancel();
      child.release();
    },
  };
}

/** What a source has that is to end with any of these signals, which may outlive it. */
export async function* untilAny<T>(
  signals: readonly AbortSignal[],
  source: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const work = childOf(...signals);
  try {
    yield* source(work.signal);
  } finally {
    work.release();
  }
}

/**
 * The same items, but throws the signal's reason as soon as it aborts, even when the source takes no notice.
 * A source that is left early is told so, and not waited for: it may hang for ever.
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  signal.throwIfAborted();
  const iterator = source[Symbol.asyncIterator]();
  // One listener for all items: a listener each costs more than the item, where several of these stand one behind another.
  let onAbort: (reason: unknown) => void = ignore;
  const listener = () => onAbort(signal.reason);
  signal.addEventListener('abort', listener, { once: true });
  try {
    for (;;) {
      const result = await new Promise<IteratorResult<T>>((resolve, reject) => {
        onAbort = reject;
        iterator.next().then(resolve, reject);
        if (signal.aborted) listener();
      });
      if (result.done) return;
      yield result.value;
    }
  } finally {
    signal.removeEventListener('abort', listener);
    iterator.return?.().then(ignore, ignore);
  }
}

const ignore = () => undefined;
