import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../base/manual-clock.ts';
import { MediaClock } from './media-clock.ts';

describe('the media clock', () => {
  it('plays a frame each 20 ms', async () => {
    const clock = new ManualClock();
    const frames: number[] = [];
    const media = new MediaClock(clock, (atMs) => frames.push(atMs));
    await clock.advance(100);
    expect(frames).toEqual([20, 40, 60, 80, 100]);
    media.stop();
    expect(clock.pending).toBe(0);
  });

  it('does not drift when its timer is late: each frame keeps its own time', () => {
    let nowMs = 0;
    let fire: () => void = () => undefined;
    const lateClock = {
      nowMs: () => nowMs,
      after: (_delayMs: number, callback: () => void) => {
        fire = callback;
        return () => undefined;
      },
    };
    const frames: number[] = [];
    new MediaClock(lateClock, (atMs) => frames.push(atMs));
    for (nowMs of [33, 51, 97, 100]) fire();
    expect(frames).toEqual([20, 40, 60, 80, 100]);
  });

  it('plays what is overdue before anything is changed', () => {
    let nowMs = 0;
    const frames: number[] = [];
    const media = new MediaClock({ nowMs: () => nowMs, after: () => () => undefined }, (atMs) => {
      frames.push(atMs);
      media.catchUp();
    });
    nowMs = 65;
    media.catchUp();
    expect(frames).toEqual([20, 40, 60]);
  });
});
