import { expect, it } from 'vitest';
import { deferred } from './async.ts';
import { ManualClock } from './manual-clock.ts';
import { settledWithin } from './settled-within.ts';
import { warningsDuring } from './testing/warnings-during.ts';

/** More than Node takes for a leak. */
const CROWD = 20;

// Node warns of a signal once: a second try would pass.
it('a crowd may wait at once, none of whom has a signal', { retry: 0 }, async () => {
  const clock = new ManualClock();
  const { promise } = deferred();
  const warnings = await warningsDuring(async () => {
    const waiting = Array.from({ length: CROWD }, () => settledWithin(promise, 100, clock));
    await clock.advance(100);
    await Promise.all(waiting);
  });
  expect(warnings).toEqual([]);
});
