import { expect, it } from 'vitest';
import { sleep } from './clock.ts';
import { ManualClock } from './manual-clock.ts';

it('a clock that is driven says so when only a timer is left that never fires', async () => {
  const clock = new ManualClock();
  await expect(clock.runUntil(sleep(clock, Infinity))).rejects.toThrow('no timer will bring');
  expect(clock.nowMs()).toBe(0);
});
