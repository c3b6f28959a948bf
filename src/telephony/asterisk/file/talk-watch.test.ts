import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../base/manual-clock.ts';
import { TalkWatch } from './talk-watch.ts';

describe('the end of speech', () => {
  let clock: ManualClock;
  let watch: TalkWatch;
  let told: string[];
  /** Whether Asterisk, asked again, hears speech go on. */
  let goesOn: boolean;
  let learned: number;
  let isNoise: boolean;
  let botSpeaks: boolean;
  /** By so much is it later than timers think, ms. */
  let stoodStillMs: number;

  beforeEach(() => {
    clock = new ManualClock();
    told = [];
    goesOn = true;
    learned = 0;
    isNoise = false;
    botSpeaks = false;
    stoodStillMs = 0;
    watch = new TalkWatch({
      clock: {
        nowMs: () => clock.nowMs() + stoodStillMs,
        after: (delayMs, callback) => clock.after(delayMs, callback),
      },
      askAgain: async () => {
        if (botSpeaks) return 'notNow';
        if (goesOn) clock.after(20, () => watch.started(clock.nowMs()));
        return 'asked';
      },
      learn: async () => {
        learned++;
        return isNoise ? 'noise' : 'unknown';
      },
      onStarted: (atMs) => told.push(`started ${atMs}`),
      onStopped: (from, to) => told.push(`stopped ${from} ${to}`),
    });
  });

  /** The first speech of a call is doubted sooner than others. */
  async function afterTheFirst(): Promise<void> {
    watch.started(0);
    watch.finished(260, 100);
    await clock.advance(1000);
    told = [];
  }

  it('is when Asterisk tells it', async () => {
    watch.started(0);
    await clock.advance(300);
    watch.finished(300, 140);
    expect(told).toEqual(['started 0', 'stopped 0 140']);
    expect(clock.pending).toBe(0);
  });

  it('is found out where no packets follow the last word', async () => {
    await afterTheFirst();
    watch.started(1000);
    goesOn = false;
    await clock.advance(6000);
    expect(told).toEqual(['started 1000', 'stopped 1000 6000']);
    expect(clock.pending).toBe(0);
    watch.started(9000);
    expect(told[2]).toBe('started 9000');
  });

  it('is not taken from a moment at which this process stood still', async () => {
    await afterTheFirst();
    watch.started(1000);
    goesOn = false;
    await clock.advance(5000);
    stoodStillMs = 700;
    await clock.advance(700);
    watch.started(6700);
    expect(told).toEqual(['started 1000']);
    await clock.advance(10_000);
    expect(told).toEqual(['started 1000', 'stopped 1000 12400']);
  });

  it('is not told of somebody who talks on and on, and told once of who then stops', async () => {
    await afterTheFirst();
    watch.started(1000);
    await clock.advance(30_000);
    expect(told).toEqual(['started 1000']);
    watch.finished(31_000, 100);
    expect(told).toEqual(['started 1000', 'stopped 1000 30840']);
    // To learn how loud the line is costs a seam in the recording: 2 and 4 times 5 s after the start.
    expect(learned).toBe(2);
  });

  it('has no negative length when a stalled network delivers a click at once', () => {
    watch.started(450);
    watch.finished(455, -400);
    expect(told).toEqual(['started 450', 'stopped 295 295']);
  });

  it('counts what Asterisk counted when this process stood still meanwhile', () => {
    watch.started(2000);
    watch.finished(2001, 800);
    expect(told).toEqual(['started 2000', 'stopped 1041 1841']);
  });

  it('is asked for early at the start of a call, which may begin with noise', async () => {
    watch.started(0);
    goesOn = false;
    await clock.advance(1000);
    expect(learned).toBe(1);
    expect(told).toEqual(['started 0', 'stopped 0 400']);
  });

  it('is not looked for in the recording of a question of usual length: the seam could cost a word', async () => {
    await clock.advance(2000);
    watch.started(2000);
    await clock.advance(2900);
    expect(learned).toBe(0);
  });

  it('is at once, and its beginning too, where it was noise', async () => {
    isNoise = true;
    watch.started(0);
    await clock.advance(400);
    expect(told).toEqual(['started 0', 'stopped 0 0']);
  });

  it('is not asked for while the bot speaks', async () => {
    await afterTheFirst();
    botSpeaks = true;
    goesOn = false;
    watch.started(1000);
    await clock.advance(20_000);
    expect(told).toEqual(['started 1000']);
    botSpeaks = false;
    await clock.advance(6000);
    expect(told).toHaveLength(2);
  });

  it('that comes late is nobody’s', async () => {
    await afterTheFirst();
    watch.started(1000);
    goesOn = false;
    await clock.advance(2500);
    watch.finished(3000, 100);
    expect(told).toHaveLength(2);
  });

  it('is no longer asked for when the call is over', async () => {
    watch.started(0);
    watch.close();
    expect(clock.pending).toBe(0);
    watch.finished(500, 340);
    expect(told).toEqual(['started 0']);
  });
});
