import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { untilAborted } from './abort.ts';

const REASON = new Error('nobody wants it');

async function* oneThenNever(left: () => void): AsyncGenerator<number> {
  try {
    yield 1;
    await new Promise(() => undefined);
  } finally {
    left();
  }
}

async function read(items: AsyncIterable<number>, each: (item: number) => void): Promise<void> {
  for await (const item of items) each(item);
}

it('ends a source that hangs, with the reason, as soon as the signal aborts', async () => {
  const controller = new AbortController();
  const items: number[] = [];
  const reading = read(
    untilAborted(
      oneThenNever(() => undefined),
      controller.signal,
    ),
    (item) => items.push(item),
  );
  await new Promise((resolve) => setImmediate(resolve));
  controller.abort(REASON);
  await expect(reading).rejects.toBe(REASON);
  expect(items).toEqual([1]);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

it('gives no further item once it was aborted while the reader had one', async () => {
  const controller = new AbortController();
  const items: number[] = [];
  async function* many() {
    for (let item = 0; item < 5; item++) yield await Promise.resolve(item);
  }
  const reading = read(untilAborted(many(), controller.signal), (item) => {
    items.push(item);
    if (item === 1) controller.abort(REASON);
  });
  await expect(reading).rejects.toBe(REASON);
  expect(items).toEqual([0, 1]);
});

it('tells a source that it is left, and leaves nothing on the signal', async () => {
  const { signal } = new AbortController();
  async function* endless() {
    for (let item = 0; ; item++) yield await Promise.resolve(item);
  }
  const source = endless();
  for await (const item of untilAborted(source, signal)) {
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    if (item === 3) break;
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await source.next()).toMatchObject({ done: true });
});

it('throws what the source throws, and the reason of a signal that was aborted before', async () => {
  const controller = new AbortController();
  async function* failing(): AsyncGenerator<number> {
    yield await Promise.reject(new Error('the line is down'));
  }
  await expect(read(untilAborted(failing(), controller.signal), () => undefined)).rejects.toThrow(
    'the line is down',
  );
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  controller.abort(REASON);
  await expect(read(untilAborted(failing(), controller.signal), () => undefined)).rejects.toBe(REASON);
});
