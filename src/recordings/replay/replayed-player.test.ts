import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { silence } from '../../audio/pcm.ts';
import { clipOf } from '../../telephony/line.ts';
import type { Playback } from '../../telephony/line.ts';
import type { RecordedCall } from '../bundle/recorded-call.ts';
import { ReplayedPlayer } from './replayed-player.ts';
import { recordedCallWith } from './testing/recorded.ts';

const RATE = 8000;
const speech = (ms: number) => clipOf(silence(ms, RATE));

async function stand(line: Partial<RecordedCall['line']> = {}) {
  const clock = new ManualClock();
  const player = new ReplayedPlayer(clock, await recordedCallWith({}, { startsOn: 'firstAudio', ...line }));
  const happened: string[] = [];
  const note = (what: string) => happened.push(`${clock.nowMs()} ${what}`);
  const follow = (name: string, { started, finished }: Playback) => {
    void started.then((atMs) => note(`${name} began at ${atMs}`));
    void finished.then(({ outcome, heardMs }) => note(`${name} ${outcome} ${heardMs}`));
  };
  return {
    clock,
    player,
    happened,
    play: (name: string, clip = speech(1000)) => follow(name, player.play(clip)),
  };
}

/** A clip that comes in two pieces, with a gap between them on the clock. */
function inPieces(clock: ManualClock, firstMs: number, gapMs: number, secondMs: number) {
  async function* audio() {
    yield silence(firstMs, RATE).data;
    await new Promise<void>((resolve) => void clock.after(gapMs, () => resolve()));
    yield silence(secondMs, RATE).data;
  }
  return { sampleRateHz: RATE, audio: audio() };
}

describe('the player of a replay', () => {
  it('plays one clip behind another, as long as they are', async () => {
    const { clock, happened, play } = await stand();
    play('a', speech(1000));
    play('b', speech(500));
    await clock.advance(5000);
    expect(happened).toEqual([
      '0 a began at 0',
      '1000 a heard 1000',
      '1000 b began at 1000',
      '1500 b heard 500',
    ]);
  });

  it('begins each clip as late as it began in the recording, and others as late as usual', async () => {
    const { clock, happened, play } = await stand({
      playbacks: [
        { readyAtMs: 0, startedAtMs: 30, finishedAtMs: 1030, heardMs: 1000 },
        { readyAtMs: 500, startedAtMs: 1050, finishedAtMs: 2050, heardMs: 1000 },
        { readyAtMs: 2000, startedAtMs: 2060, finishedAtMs: 3000, heardMs: 940 },
      ],
    });
    for (const name of ['a', 'b', 'c', 'd']) play(name);
    await clock.advance(10_000);
    const begun = happened
      .filter((line) => line.includes('began'))
      .map((line) => Number(line.split(' ').at(-1)));
    expect(begun).toEqual([30, 1050, 2060, 3080]);
  });

  it('holds still while it is paused, and goes on where it was', async () => {
    const { clock, player, happened, play } = await stand();
    play('a', speech(1000));
    await clock.advance(400);
    await player.pause();
    await player.pause();
    await clock.advance(3000);
    expect(happened).toEqual(['0 a began at 0']);
    await player.resume();
    await player.resume();
    await clock.advance(3000);
    expect(happened.at(-1)).toBe('4000 a heard 1000');
  });

  it('begins nothing while it is paused', async () => {
    const { clock, player, happened, play } = await stand();
    await player.pause();
    play('a');
    await clock.advance(2000);
    expect(happened).toEqual([]);
    await player.resume();
    await clock.advance(0);
    expect(happened).toEqual(['2000 a began at 2000']);
  });

  it('stops at once, tells how much was heard, and is unpaused then', async () => {
    const { clock, player, happened, play } = await stand();
    play('a');
    play('b');
    await clock.advance(300);
    await player.pause();
    await clock.advance(100);
    await player.stop();
    await clock.advance(0);
    expect(happened).toEqual(['0 a began at 0', '400 a stopped 300', '400 b stopped 0']);
    play('c', speech(100));
    await clock.advance(1000);
    expect(happened.at(-1)).toBe('500 c heard 100');
    expect(clock.pending).toBe(0);
  });

  it('runs dry where the audio is late, and goes on with it', async () => {
    const { clock, happened, play } = await stand();
    play('a', inPieces(clock, 200, 700, 300));
    await clock.advance(5000);
    expect(happened).toEqual(['0 a began at 0', '1000 a heard 500']);
  });

  it('waits for the whole clip where the recorded line did', async () => {
    const { clock, happened, play } = await stand({ startsOn: 'wholeClip' });
    play('a', inPieces(clock, 200, 700, 300));
    await clock.advance(5000);
    expect(happened).toEqual(['700 a began at 700', '1200 a heard 500']);
  });

  it('ends a clip whose audio fails behind what there is of it', async () => {
    const { clock, happened, play } = await stand();
    async function* broken() {
      yield silence(300, RATE).data;
      await Promise.reject(new Error('no more'));
    }
    play('a', { sampleRateHz: RATE, audio: broken() });
    play('b', speech(100));
    await clock.advance(2000);
    expect(happened).toEqual(['0 a began at 0', '300 a failed 300', '300 b began at 300', '400 b heard 100']);
  });

  it('tells the end as late as it was told, a pause meanwhile or not', async () => {
    const { clock, player, happened, play } = await stand({
      playbacks: [
        { startedAtMs: 0, finishedAtMs: 2300, heardMs: 1000, outcome: 'heard', endToldAfterMs: 1200 },
      ],
    });
    play('a', speech(1000));
    await clock.advance(1500);
    await player.pause();
    await clock.advance(100);
    await player.resume();
    await clock.advance(5000);
    expect(happened).toEqual(['0 a began at 0', '2300 a heard 1000']);
  });

  it('ends in a pause what the pause came too late for', async () => {
    const { clock, player, happened, play } = await stand({
      playbacks: [
        {
          startedAtMs: 0,
          finishedAtMs: 640,
          heardMs: 1000,
          outcome: 'heard',
          endToldAfterMs: -400,
          endsInPauseMs: 40,
        },
      ],
    });
    play('a', speech(1000));
    play('b', speech(1000));
    await clock.advance(600);
    await player.pause();
    await clock.advance(5000);
    expect(happened).toEqual(['0 a began at 0', '640 a heard 1000']);
    await player.resume();
    await clock.advance(0);
    expect(happened.at(-1)).toBe('5600 b began at 5600');
  });

  it('begins in a pause what the pause came too late for, and sounds when that is over', async () => {
    const begun = {
      startedAtMs: 340,
      delayMs: 340,
      beginsInPauseMs: 40,
      toldAfterMs: 5,
      heardMs: 1000,
    } as const;
    const { clock, player, happened, play } = await stand({
      playbacks: [{ ...begun, finishedAtMs: 2000, outcome: 'heard' }],
    });
    play('a', speech(1000));
    await clock.advance(300);
    await player.pause();
    await clock.advance(700);
    expect(happened).toEqual(['345 a began at 340']);
    await player.resume();
    await clock.advance(5000);
    expect(happened.at(-1)).toBe('2000 a heard 1000');
  });

  it('fails what the telephone could not play, when it failed then, and plays what is behind it', async () => {
    const { clock, happened, play } = await stand({
      playbacks: [{ readyAtMs: 0, finishedAtMs: 700, heardMs: 0, outcome: 'failed', delayMs: 700 }],
    });
    play('a', speech(1000));
    play('b', speech(1000));
    await clock.advance(5000);
    expect(happened[0]).toBe('700 a failed 0');
    expect(happened.at(-1)).toMatch(/b heard 1000$/);
  });

  it('fails it so also in a pause, which came too late for it', async () => {
    const { clock, player, happened, play } = await stand({
      playbacks: [{ readyAtMs: 0, finishedAtMs: 700, heardMs: 0, outcome: 'failed', delayMs: 700 }],
    });
    play('a', speech(1000));
    await clock.advance(100);
    await player.pause();
    await clock.advance(400);
    await player.resume();
    await player.pause();
    await clock.advance(5000);
    expect(happened).toEqual(['700 a failed 0']);
  });

  it('has heard out what was stopped when only the word of its end was outstanding, as the recording has', async () => {
    const { clock, player, happened, play } = await stand({
      playbacks: [
        { startedAtMs: 0, finishedAtMs: 1200, heardMs: 1000, outcome: 'heard', endToldAfterMs: 200 },
        { startedAtMs: 2000, finishedAtMs: 3200, heardMs: 1000, outcome: 'heard', endToldAfterMs: 200 },
      ],
    });
    play('a', speech(1000));
    await clock.advance(1100);
    await player.stop();
    await clock.advance(1000);
    play('b', speech(1000));
    await clock.advance(900);
    await player.stop();
    await clock.advance(1000);
    const ends = happened.filter((line) => !line.includes('began'));
    expect(ends[0]).toBe('1200 a heard 1000');
    expect(ends[1]).toMatch(/b stopped/);
  });

  it('waits for the stop of what was stopped before its end was told', async () => {
    const { clock, player, happened, play } = await stand({
      playbacks: [{ startedAtMs: 0, finishedAtMs: 1500, heardMs: 1000, outcome: 'stopped', overdueMs: 500 }],
    });
    play('a', speech(1000));
    await clock.advance(1510);
    await player.stop();
    await clock.advance(0);
    expect(happened).toEqual(['0 a began at 0', '1510 a stopped 1000']);
  });

  it('begins as usual what was stopped behind another and never came to its turn', async () => {
    const stopped = { readyAtMs: 0, finishedAtMs: 700, heardMs: 0, outcome: 'stopped' } as const;
    const { clock, happened, play } = await stand({
      playbacks: [
        { ...stopped, startedAtMs: 20, heardMs: 680, delayMs: 20 },
        { ...stopped, delayMs: 0 },
      ],
    });
    play('a', speech(1000));
    play('b', speech(1000));
    await clock.advance(5000);
    expect(happened).toContain('1040 b began at 1040');
  });

  it('leaves no timer behind', async () => {
    const { clock, player, play } = await stand();
    play('a');
    await clock.advance(100);
    player.close();
    expect(clock.pending).toBe(0);
  });
});
