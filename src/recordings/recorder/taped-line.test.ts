/** What the recorder notes of a line whose telephone is slow, so that a replay can be as slow. */
import { describe, expect, it } from 'vitest';
import { silence } from '../../audio/pcm.ts';
import { deferred } from '../../base/async.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { sleep } from '../../base/clock.ts';
import { clipOf } from '../../telephony/line.ts';
import type { Hearing, HearingListener, Played, Player } from '../../telephony/line.ts';
import { CallTape } from './call-tape.ts';
import { TapedCaptures, tapedHearing } from './taped-hearing.ts';
import { TapedPlayer } from './taped-player.ts';

const RATE = 8000;

/** A telephone that plays nothing, and tells what it is made to tell. */
function slowTelephone({ readsAfterMs = 0 } = {}) {
  const clock = new ManualClock();
  const tape = new CallTape(clock);
  const started = deferred<number>();
  const finished = deferred<Played>();
  const inner: Player = {
    sampleRateHz: RATE,
    startsOn: 'firstAudio',
    play({ audio }) {
      void (async () => {
        if (readsAfterMs > 0) await sleep(clock, readsAfterMs);
        for await (const _ of audio);
      })();
      return { started: started.promise, finished: finished.promise };
    },
    pause: () => Promise.resolve(),
    resume: () => Promise.resolve(),
    stop: () => Promise.resolve(finished.resolve({ outcome: 'stopped', heardMs: 1000 })),
  };
  const player = new TapedPlayer(inner, tape, () => undefined);
  player.play(clipOf(silence(1000, RATE)));
  const begin = async () => {
    started.resolve(clock.nowMs());
    await clock.advance(0);
  };
  return { begin, clock, finished, note: () => tape.playbacks[0], player };
}

async function begunTelephone() {
  const telephone = slowTelephone();
  await telephone.clock.advance(100);
  await telephone.begin();
  return telephone;
}

describe('the recorder of a line', () => {
  it('notes that a clip ended in a pause, which came too late for it', async () => {
    const { clock, finished, note, player } = await begunTelephone();
    await clock.advance(600);
    await player.pause();
    await clock.advance(40);
    finished.resolve({ outcome: 'heard', heardMs: 1000 });
    await clock.advance(0);
    expect(note()).toMatchObject({ outcome: 'heard', endToldAfterMs: -400, endsInPauseMs: 40 });
  });

  it('notes that a clip began in a pause, which came too late for it', async () => {
    const { begin, clock, note, player } = slowTelephone();
    await clock.advance(50);
    await player.pause();
    await clock.advance(50);
    await begin();
    expect(note()).toMatchObject({ startedAtMs: 100, beginsInPauseMs: 50 });
  });

  it('notes how long a clip waited in vain for its beginning, a pause and its stop behind that or not', async () => {
    const { clock, note, player } = slowTelephone();
    await clock.advance(1700);
    await player.pause();
    await clock.advance(30);
    await player.stop();
    await clock.advance(0);
    expect(note()).toMatchObject({ outcome: 'stopped', delayMs: 1700 });
  });

  it('notes how long a clip had been asked for that could not be played, a pause meanwhile or not', async () => {
    const { clock, finished, note, player } = slowTelephone();
    await clock.advance(600);
    await player.pause();
    await clock.advance(3000);
    finished.resolve({ outcome: 'failed', heardMs: 0 });
    await clock.advance(0);
    expect(note()).toMatchObject({ outcome: 'failed', delayMs: 3600 });
  });

  it('notes that a clip was ready from the beginning, however late the telephone came to it', async () => {
    const { begin, clock, note } = slowTelephone({ readsAfterMs: 300 });
    await clock.advance(700);
    await begin();
    expect(note()).toMatchObject({ readyAtMs: 0, delayMs: 700 });
  });

  it('notes no pause that was over by then', async () => {
    const { clock, finished, note, player } = await begunTelephone();
    await player.pause();
    await clock.advance(500);
    await player.resume();
    await clock.advance(1000);
    finished.resolve({ outcome: 'heard', heardMs: 1000 });
    await clock.advance(0);
    expect(note()?.endToldAfterMs).toBe(0);
    expect(note()).not.toHaveProperty('endsInPauseMs');
  });

  it('notes for how long a clip had been over by the clock when it was stopped', async () => {
    const { clock, note, player } = await begunTelephone();
    await clock.advance(1500);
    await player.stop();
    await clock.advance(0);
    expect(note()).toMatchObject({ outcome: 'stopped', overdueMs: 500, unheardMs: 0 });
  });

  it('notes nothing of the kind where a clip was stopped in its middle', async () => {
    const { clock, note, player } = await begunTelephone();
    await clock.advance(400);
    await player.stop();
    await clock.advance(0);
    expect(note()).not.toHaveProperty('overdueMs');
  });

  it('lets listen to what it records of a line that cannot be listened to', async () => {
    const { begin, clock, finished, player } = slowTelephone();
    const listened: { readonly bytes: number; readonly atMs: number }[] = [];
    player.tap((pcm, atMs) => listened.push({ bytes: pcm.byteLength, atMs }));
    await clock.advance(100);
    await begin();
    await clock.advance(600);
    finished.resolve({ outcome: 'heard', heardMs: 500 });
    await clock.advance(0);
    expect(listened).toEqual([{ bytes: 500 * 16, atMs: 100 }]);
  });

  it('keeps no hold from the call', async () => {
    const tape = new CallTape(new ManualClock());
    let told: HearingListener | undefined;
    const inner: Hearing = {
      detectionSilenceMs: 0,
      listen: (listener) => void (told = listener),
      capture: () => expect.fail('nothing is said'),
    };
    const heard: string[] = [];
    const hearing = tapedHearing(inner, tape, { captures: new TapedCaptures(tape), heard: () => undefined });
    hearing.listen({
      speechStarted: () => undefined,
      speechStopped: () => undefined,
      digit: () => undefined,
      held: () => heard.push('held'),
      unheld: () => heard.push('unheld'),
    });
    told?.held?.();
    told?.unheld?.();
    expect(heard).toEqual(['held', 'unheld']);
    expect(tape.hearing).toEqual([
      { kind: 'held', atMs: 0 },
      { kind: 'unheld', atMs: 0 },
    ]);
  });
});
