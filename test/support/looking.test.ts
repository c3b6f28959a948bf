import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { lookedFor } from './looking.ts';

/** The process stands still, as on a machine that has other work, and does nothing. */
const standStill = (forMs: number) =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);

it('looks again soon after a look in which the machine stood still', async () => {
  let looks = 0;
  const look = () => {
    if (looks++ === 0) standStill(400);
    return looks === 2 ? 'found' : undefined;
  };
  // Timers come in their order, however late they are.
  const looked = lookedFor(look, 30_000);
  expect(await Promise.race([looked, sleep(800, 'not looked again')])).toBe('found');
});

it('looks a last time when its time is over', async () => {
  let looks = 0;
  const look = () => {
    if (looks++ === 0) standStill(400);
    return looks === 2 ? 'found' : undefined;
  };
  expect(await lookedFor(look, 100)).toBe('found');
  expect(await lookedFor(() => undefined, 100)).toBeUndefined();
});
