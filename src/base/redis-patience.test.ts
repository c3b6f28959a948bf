import { describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.ts';
import { RedisPatience } from './redis-patience.ts';

/** Longer than anybody waits, ms. */
const LATE_MS = 20;
const REST_MS = 250;
const CALLERS = 50;

const answered = async () => 'there';
const never = () => new Promise<string>(() => undefined);

/** So many at once, none of which is answered. */
async function letPass(patience: RedisPatience, clock: ManualClock, atOnce = 1): Promise<void> {
  const waiting = Array.from({ length: atOnce }, () => patience.soon(never));
  await clock.advance(LATE_MS);
  expect(await Promise.all(waiting)).toEqual(waiting.map(() => 'away'));
}

describe('Redis, waited for no longer than it helps', () => {
  it('is asked by the next ones after fifty at once were late', async () => {
    const clock = new ManualClock();
    const patience = new RedisPatience(clock);
    await letPass(patience, clock, CALLERS);
    expect(await patience.soon(answered)).toBe('there');
    await letPass(patience, clock, CALLERS);
    expect(await patience.soon(answered)).toBe('there');
  });

  it('is left alone after it was late three times one after another, but for one that looks whether it is back', async () => {
    const clock = new ManualClock();
    const patience = new RedisPatience(clock);
    for (let times = 0; times < 3; times++) await letPass(patience, clock);
    let asked = 0;
    const counted = async () => `${++asked}`;
    expect(await patience.soon(counted)).toBe('away');
    expect(asked).toBe(0);
    await clock.advance(REST_MS);
    const looking = patience.soon(never);
    expect(await patience.soon(counted)).toBe('away');
    await clock.advance(LATE_MS);
    expect(await looking).toBe('away');
    expect(await patience.soon(counted)).toBe('away');
    await clock.advance(REST_MS);
    expect(await patience.soon(counted)).toBe('1');
    expect(await patience.soon(counted)).toBe('2');
  });

  it('was not slow where this process was busy, and its answer lies there unread', async () => {
    let ring = () => {};
    const clock = {
      nowMs: () => 0,
      after: (_: number, callback: () => void) => ((ring = callback), () => {}),
    };
    let arrived = (_answer: string) => {};
    const answer = new RedisPatience(clock).soon(() => new Promise<string>((resolve) => (arrived = resolve)));
    // Timers come first in a turn of the event loop, and what the sockets have afterwards.
    ring();
    await Promise.resolve();
    arrived('there');
    expect(await answer).toBe('there');
  });
});
