import { expect, it } from 'vitest';
import { ManualClock } from '../../../base/manual-clock.ts';
import { LateClock } from '../../../base/testing/late-clock.ts';
import { Pacer } from './pacer.ts';

it('gives a call fifty turns a second, however late its timers are', async () => {
  const clock = new LateClock();
  clock.lateMs = 7;
  const pacer = new Pacer(clock);
  let turns = 0;
  const leave = pacer.join(() => turns++);
  await clock.advance(60_000);
  leave();
  expect(turns).toBeGreaterThanOrEqual(2_999);
  expect(turns).toBeLessThanOrEqual(3_001);
});

it('makes up for turns that were missed, but not for a second and more', async () => {
  const clock = new LateClock();
  const pacer = new Pacer(clock);
  let turns = 0;
  const leave = pacer.join(() => turns++);
  await clock.advance(100);
  clock.lateMs = 300;
  await clock.advance(400);
  clock.lateMs = 0;
  await clock.advance(500);
  expect(turns).toBeGreaterThanOrEqual(49);

  clock.lateMs = 5_000;
  await clock.advance(5_010);
  clock.lateMs = 0;
  await clock.advance(90);
  expect(turns).toBeLessThanOrEqual(60);
  leave();
});

it('spreads calls over the 20 ms and lets its timer go with the last', async () => {
  const clock = new ManualClock();
  const pacer = new Pacer(clock);
  const atMs: number[] = [];
  const leaving = Array.from({ length: 4 }, () => pacer.join(() => atMs.push(clock.nowMs())));
  await clock.advance(19);
  expect(atMs).toEqual([0, 5, 10, 15]);
  for (const leave of leaving) leave();
  expect(clock.pending).toBe(0);
});

it('knows how early something may have come that a held-up process handles', async () => {
  const clock = new LateClock();
  const pacer = new Pacer(clock);
  const leave = pacer.join(() => undefined);
  await clock.advance(50);
  expect(pacer.uncertaintyMs(clock.nowMs())).toBe(0);
  clock.lateMs = 40;
  await clock.advance(50);
  expect(pacer.uncertaintyMs(clock.nowMs())).toBeGreaterThanOrEqual(40);
  // The last of many calls' packets, which were read one after another.
  expect(pacer.uncertaintyMs(clock.nowMs() + 30)).toBeGreaterThanOrEqual(70);
  clock.lateMs = 0;
  await clock.advance(50);
  expect(pacer.uncertaintyMs(clock.nowMs())).toBe(0);
  // Whatever else was handled in between has taken so long, and the timer has not come.
  expect(pacer.uncertaintyMs(clock.nowMs() + 30)).toBeGreaterThanOrEqual(30);
  leave();
});
