import { describe, expect, it } from 'vitest';
import { plateauOf, watching } from '../bench/looks.ts';
import type { Look } from '../bench/looks.ts';

/** A look half a second after the one before, after which so much processor time was used. */
function looksAt(
  all: readonly { readonly calls: number; readonly userMs: number; readonly systemMs: number }[],
): Look[] {
  let [userMs, systemMs] = [0, 0];
  return all.map((each, at) => {
    userMs += each.userMs;
    systemMs += each.systemMs;
    return { atMs: at * 500, calls: each.calls, userMs, systemMs, cpuMs: userMs + systemMs, rssBytes: at };
  });
}

const RAMP = { calls: 40, userMs: 400, systemMs: 90 };
const FULL = { calls: 100, userMs: 150, systemMs: 50 };

describe('while all calls are there', () => {
  it('processor time is told without those who still dial, and without those who have gone', () => {
    // What the first look with all of them tells was used before it.
    const looks = looksAt([RAMP, RAMP, { ...RAMP, calls: 100 }, FULL, FULL, FULL, RAMP, RAMP]);
    const { userPercent, systemPercent, looks: all } = plateauOf(looks, 100);
    expect([userPercent, systemPercent]).toEqual([30, 10]);
    expect(all.map(({ rssBytes }) => rssBytes)).toEqual([2, 3, 4, 5]);
  });

  it('nothing is told where they never were, or not for long enough', () => {
    expect(() => plateauOf(looksAt([RAMP, RAMP]), 100)).toThrow('never there together');
    expect(() => plateauOf(looksAt([RAMP, FULL, RAMP]), 100)).toThrow('never there together');
    expect(() => plateauOf([], 100)).toThrow('never there together');
  });

  it('nothing is told where one came and went meanwhile', () => {
    expect(() => plateauOf(looksAt([FULL, RAMP, FULL]), 100)).toThrow('came and went');
  });
});

it('a process that is gone is told of when the looks are wanted', async () => {
  const watch = watching({ usage: () => Promise.reject(new Error('no such process')) });
  await new Promise((resolve) => setImmediate(resolve));
  await expect(watch.end()).rejects.toThrow('no such process');
});
