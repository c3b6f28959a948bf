import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { EventLoopLag } from './event-loop-lag.ts';
import { ManualClock } from './manual-clock.ts';
import { LateClock } from './testing/late-clock.ts';

let lag: EventLoopLag | undefined;
afterEach(() => lag?.stop());

describe('the lag of the event loop', () => {
  it('is the mean of the last seconds, and is forgotten when it is over', async () => {
    const clock = new LateClock();
    clock.lateMs = 60;
    lag = new EventLoopLag(clock);
    await clock.advance(10_000);
    expect(lag.meanMs).toBe(60);
    clock.lateMs = 0;
    await clock.advance(2_500);
    expect(lag.meanMs).toBeGreaterThan(25);
    expect(lag.meanMs).toBeLessThan(35);
    await clock.advance(3_000);
    expect(lag.meanMs).toBe(0);
  });

  it('does not count the stall of a process that has just started for more than it is', async () => {
    const clock = new LateClock();
    clock.lateMs = 400;
    lag = new EventLoopLag(clock);
    await clock.advance(500);
    expect(lag.meanMs).toBe(8);
  });

  it('is hardly moved by one long pause', async () => {
    const clock = new LateClock();
    lag = new EventLoopLag(clock);
    await clock.advance(5_000);
    clock.lateMs = 500;
    await clock.advance(100);
    clock.lateMs = 0;
    await clock.advance(700);
    expect(lag.meanMs).toBeGreaterThan(0);
    expect(lag.meanMs).toBeLessThan(20);
  });

  it('is seen in this process', async () => {
    lag = new EventLoopLag(systemClock);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const untilMs = performance.now() + 300;
    while (performance.now() < untilMs);
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(lag.meanMs).toBeGreaterThan(4);
  });

  it('leaves no timer behind', () => {
    const clock = new ManualClock();
    new EventLoopLag(clock).stop();
    expect(clock.pending).toBe(0);
  });
});
