/** A controller that aborts when `parent` does, with the same reason; `release` forgets the parent. */
export interface ChildController {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  release(): void;
}

/** AbortSignal.any keeps every child of a long-lived signal alive on Node 20; this one lets go when told to. */
export function childOf(parent: AbortSignal): ChildController {
  const controller = new AbortController();
  const follow = () => controller.abort(parent.reason);
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => parent.removeEventListener('abort', follow),
  };
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
