import { describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.ts';
import { SlidingRate } from './sliding-rate.ts';

describe('a sliding rate', () => {
  it('counts what happened within its window, and nothing older', async () => {
    const clock = new ManualClock();
    const rate = new SlidingRate(clock, 10_000);
    for (let second = 0; second < 20; second++) {
      rate.note();
      await clock.advance(1000);
    }
    expect(rate.count).toBe(9);
    expect(rate.perSecond).toBe(0.9);
    await clock.advance(10_000);
    expect(rate.perSecond).toBe(0);
  });
});
