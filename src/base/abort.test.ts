import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { childOf, childWithin, untilAborted, untilAny } from './abort.ts';
import { ManualClock } from './manual-clock.ts';

const REASON = new Error('nobody wants it');

it('aborts with whichever parent aborts first, for its reason, and leaves nothing on any of them', () => {
  const [call, line] = [new AbortController(), new AbortController()];
  const child = childOf(call.signal, line.signal);
  line.abort(REASON);
  expect(child.signal.reason).toBe(REASON);
  expect(getEventListeners(call.signal, 'abort')).toEqual([]);
  expect(childOf(call.signal, line.signal).signal.reason).toBe(REASON);
});

it('leaves nothing on its parents once it is released, or has aborted by itself', () => {
  const { signal } = new AbortController();
  const [released, over] = [childOf(signal), childOf(signal)];
  expect(getEventListeners(signal, 'abort')).toHaveLength(2);
  released.release();
  over.abort(REASON);
  expect(over.signal.reason).toBe(REASON);
  expect(released.signal.aborted).toBe(false);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('aborts when its time is up, and leaves neither timer nor listener', async () => {
  const clock = new ManualClock();
  const { signal } = new AbortController();
  const late = childWithin(500, clock, () => REASON, signal);
  const [done, over] = [childWithin(500, clock, () => REASON, signal), childWithin(500, clock, () => REASON)];
  done.release();
  over.abort(new Error('nobody waits'));
  expect(clock.pending).toBe(1);
  await clock.advance(500);
  expect(late.signal.reason).toBe(REASON);
  expect(done.signal.aborted).toBe(false);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('ends a source with any of its signals, and leaves nothing on them however it ends', async () => {
  const [call, utterance] = [new AbortController(), new AbortController()];
  const both = [call.signal, utterance.signal];
  const listeners = () => both.map((signal) => getEventListeners(signal, 'abort').length);
  async function* two() {
    for (let item = 0; item < 2; item++) yield await Promise.resolve(item);
  }
  const items: number[] = [];
  await read(untilAny(both, two), (item) => items.push(item));
  expect(items).toEqual([0, 1]);
  for await (const _ of untilAny(both, two)) {
    expect(listeners()).toEqual([1, 1]);
    break;
  }
  expect(listeners()).toEqual([0, 0]);
  const hanging = read(
    untilAny(both, (signal) =>
      untilAborted(
        oneThenNever(() => undefined),
        signal,
      ),
    ),
    () => utterance.abort(REASON),
  );
  await expect(hanging).rejects.toBe(REASON);
  expect(listeners()).toEqual([0, 0]);
});

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
