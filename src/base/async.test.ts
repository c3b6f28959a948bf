import { describe, expect, it } from 'vitest';
import { AsyncQueue, aborted, deferred, unlessAborted } from './async.ts';

describe('AsyncQueue', () => {
  it('delivers what was pushed before the end, in order, to a consumer that comes late', async () => {
    const queue = new AsyncQueue<number>();
    queue.push(1);
    queue.push(2);
    queue.end();
    queue.push(3);
    expect(await collect(queue)).toEqual([1, 2]);
  });

  it('delivers everything before it throws', async () => {
    const queue = new AsyncQueue<number>();
    queue.push(1);
    queue.fail(new Error('broken'));
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of queue) seen.push(item);
    })();
    await expect(reading).rejects.toThrow('broken');
    expect(seen).toEqual([1]);
  });

  it('wakes a waiting consumer', async () => {
    const queue = new AsyncQueue<string>();
    const reading = collect(queue);
    queue.push('later');
    queue.end();
    expect(await reading).toEqual(['later']);
  });
});

describe('unlessAborted', () => {
  it('rejects with the reason at once, and what fails later stays handled', async () => {
    const work = deferred<string>();
    const controller = new AbortController();
    const waiting = unlessAborted(work.promise, controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    work.reject(new Error('nobody waits'));
    await aborted(controller.signal);
  });

  it('passes the value through', async () => {
    expect(await unlessAborted(Promise.resolve('ready'), new AbortController().signal)).toBe('ready');
  });
});

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
