import { describe, expect, it } from 'vitest';
import type { RecordedCall, RecordedHearingEvent } from '../bundle/recorded-call.ts';
import { silence } from '../../audio/pcm.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { firstEntryOf } from '../../timeline/timeline-entries.ts';
import { replayCall } from './replay.ts';
import { ReplayedLine } from './replayed-line.ts';
import { TapeTime } from './tape-time.ts';
import { recordedCallWith } from './testing/recorded.ts';

const RATE = 8000;
const caller = silence(10_000, RATE);

/** A call that Asterisk did not answer. */
async function unanswered(ended?: RecordedCall['line']['ended']): Promise<RecordedCall> {
  const call = await recordedCallWith({});
  const { answeredAfterMs: _, ended: __, ...line } = call.line;
  return { ...call, line: { ...line, ...(ended && { ended }) } };
}

async function endOf(call: RecordedCall) {
  const ended = firstEntryOf(await replayCall({ call, caller }), 'call.ended');
  return ended && [ended.cause, Math.round(ended.atMs)];
}

describe('the line of a replay', () => {
  it('gives up a call that was never answered when that was given up', async () => {
    expect(await endOf(await unanswered({ atMs: 5110, by: 'us' }))).toEqual(['failure', 5110]);
    expect(await endOf(await unanswered())).toEqual(['failure', 0]);
  });

  it('ends a call whose caller did not wait for the answer', async () => {
    expect(await endOf(await unanswered({ atMs: 700, by: 'caller' }))).toEqual(['caller', 700]);
  });

  it('tells that the caller has put the call on hold, and is back', async () => {
    const hearing: readonly RecordedHearingEvent[] = [
      { kind: 'held', atMs: 100 },
      { kind: 'unheld', atMs: 900 },
    ];
    const clock = new ManualClock();
    const line = new ReplayedLine(new TapeTime(clock), await recordedCallWith({}, { hearing }), caller);
    const happened: string[] = [];
    line.hearing.listen({
      speechStarted: () => undefined,
      speechStopped: () => undefined,
      digit: () => undefined,
      held: () => happened.push(`${clock.nowMs()} held`),
      unheld: () => happened.push(`${clock.nowMs()} unheld`),
    });
    await clock.advance(1000);
    await line.close();
    expect(happened).toEqual(['100 held', '900 unheld']);
  });
});
