import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { StandingClock } from '../../base/testing/standing-clock.ts';
import { CallTape } from '../recorder/call-tape.ts';
import type { RecordedTimer } from '../bundle/recorded-call.ts';
import { recordedClock } from './recorded-clock.ts';
import { TapeTime } from './tape-time.ts';

function stand(timers: readonly RecordedTimer[]) {
  const manual = new ManualClock();
  const clock = recordedClock(new TapeTime(manual), timers);
  const fired: string[] = [];
  const set = (name: string, delayMs: number) =>
    clock.after(delayMs, () => fired.push(`${name} ${clock.nowMs()}`));
  return { manual, set, fired };
}

describe('the clock of a replay', () => {
  it('fires a timer as late as it fired then', async () => {
    const { manual, set, fired } = stand([{ setAtMs: 100, dueAtMs: 702, atMs: 950 }]);
    await manual.advance(100);
    set('late', 600);
    set('other', 300);
    await manual.advance(2000);
    expect(fired).toEqual(['other 400', 'late 950']);
  });

  it('knows a timer by its delay, however long the work took in which it was set', async () => {
    const { manual, set, fired } = stand([
      { setAtMs: 100, dueAtMs: 1206, delayMs: 600, atMs: 1300 },
      { setAtMs: 100, dueAtMs: 900, delayMs: 294, atMs: 950 },
    ]);
    await manual.advance(100);
    set('for a while', 600);
    set('for a moment', 800);
    await manual.advance(2000);
    expect(fired).toEqual(['for a moment 950', 'for a while 1300']);
  });

  it('takes no timer for the one that the same cause set beside it', async () => {
    const { manual, set, fired } = stand([{ setAtMs: 100, dueAtMs: 500.1, delayMs: 400, nth: 1, atMs: 501 }]);
    await manual.advance(100);
    set('end of the turn', 599.9);
    set('early answer', 400);
    await manual.advance(2000);
    expect(fired).toEqual(['early answer 501', 'end of the turn 699.9']);
  });

  it('knows one that was due before the work was done in which it was set', async () => {
    const { manual, set, fired } = stand([{ setAtMs: 100, dueAtMs: 600, delayMs: 0, nth: 0, atMs: 640 }]);
    await manual.advance(100);
    set('overdue', 250);
    await manual.advance(2000);
    expect(fired).toEqual(['overdue 640']);
  });

  it('knows one again to whose cause something else had happened meanwhile', async () => {
    const timers = [{ setAtMs: 103, dueAtMs: 205, delayMs: 100, nth: 0, atMs: 231 }];
    const { manual, set, fired } = stand(timers);
    await manual.advance(100);
    set('filler', 100);
    await manual.advance(2000);
    expect(fired).toEqual(['filler 231']);
  });

  it('fires in time what was not set then', async () => {
    const { manual, set, fired } = stand([{ setAtMs: 100, dueAtMs: 702, atMs: 950 }]);
    await manual.advance(150);
    set('new', 600);
    await manual.advance(2000);
    expect(fired).toEqual(['new 750']);
  });

  it('lets what was overdue be cancelled, and fires it where nothing cancels it any more', async () => {
    const overdue: RecordedTimer = { setAtMs: 0, dueAtMs: 500, atMs: 800, cancelled: true };
    const { manual, set, fired } = stand([overdue]);
    const cancel = set('cancelled', 500);
    await manual.advance(810);
    cancel();
    await manual.advance(3000);
    expect(fired).toEqual([]);
    const again = stand([overdue]);
    again.set('changed', 500);
    await again.manual.advance(3000);
    expect(again.fired).toEqual(['changed 1800']);
  });
});

describe('the clock that is recorded', () => {
  it('notes when a timer was set, was due and fired, and one that was overdue when it was cancelled', async () => {
    const clock = new StandingClock();
    const tape = new CallTape(clock);
    tape.clock.after(300, () => undefined);
    const overdue = tape.clock.after(400, () => undefined);
    const again = tape.clock.after(0, () => undefined);
    again();
    const early = tape.clock.after(5000, () => undefined);
    await clock.advance(300);
    clock.stoodStillMs = 250;
    overdue();
    early();
    expect(tape.timers).toEqual([
      { setAtMs: 0, dueAtMs: 0, delayMs: 0, nth: 2, atMs: 0, cancelled: true },
      { setAtMs: 0, dueAtMs: 300, delayMs: 300, nth: 0, atMs: 300 },
      { setAtMs: 0, dueAtMs: 400, delayMs: 400, nth: 1, atMs: 550, cancelled: true },
    ]);
  });
});
