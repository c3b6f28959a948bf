import { describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.ts';
import { Seldom, SeldomOfEach } from './seldom.ts';

describe('what happens all the time', () => {
  it('is told the first time, then once a minute with its count, and nothing of it is lost', async () => {
    const clock = new ManualClock();
    const seldom = new Seldom(clock);
    const told: string[] = [];
    for (let second = 0; second <= 130; second++) {
      for (let i = 0; i < 1000; i++) seldom.happened((times) => told.push(`${times}@${clock.nowMs()}`));
      await clock.advance(1000);
    }
    expect(told).toEqual(['1@0', '60000@60000', '60000@120000']);
  });

  it('is told of each cause by itself', () => {
    const seldom = new SeldomOfEach(new ManualClock());
    const told: string[] = [];
    for (const cause of ['down', 'down', 'quota', 'down', 'quota'])
      seldom.happened(cause, (times) => told.push(`${times} ${cause}`));
    expect(told).toEqual(['1 down', '1 quota']);
  });

  it('is told at once again after a quiet minute', async () => {
    const clock = new ManualClock();
    const seldom = new Seldom(clock);
    const told: number[] = [];
    for (let i = 0; i < 3; i++) {
      seldom.happened((times) => told.push(times));
      await clock.advance(60_000);
    }
    expect(told).toEqual([1, 1, 1]);
  });
});
