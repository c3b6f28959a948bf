import { once } from 'node:events';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { soFar } from './so-far.ts';

/** A piece at once, one after a while, and one more. */
function source() {
  let isEnded = false;
  const pieces = (async function* () {
    try {
      yield new Uint8Array([1]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      yield new Uint8Array([2]);
      yield new Uint8Array([3]);
    } finally {
      isEnded = true;
    }
  })();
  return { pieces, isEnded: () => isEnded };
}

it('gives what is there and the rest as it arrives, each once', async () => {
  const { pieces, isEnded } = source();
  const read: number[] = [];
  for await (const piece of (await soFar(pieces)) as AsyncIterable<Uint8Array>) read.push(...piece);
  expect([read, isEnded()]).toEqual([[1, 2, 3], true]);
});

it('ends its source also where nobody has begun to read it', async () => {
  const { pieces, isEnded } = source();
  const stream = Readable.from((await soFar(pieces)) as AsyncIterable<Uint8Array>);
  stream.destroy();
  await once(stream, 'close');
  expect(isEnded()).toBe(true);
});
