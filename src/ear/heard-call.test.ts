import { describe, expect, it } from 'vitest';
import { silence } from '../audio/pcm.ts';
import { tone } from '../audio/tone.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { AudioListener } from '../telephony/line.ts';
import { Timeline } from '../timeline/timeline.ts';
import { HeardCall } from './heard-call.ts';

const RATE_HZ = 8000;

/** A line with a tap on each side, and how to be heard there. */
function listened(lostMs?: number) {
  const end = new AbortController();
  const caller: AudioListener[] = [];
  const bot: AudioListener[] = [];
  const tell = (to: AudioListener[]) => (pcm: Uint8Array, atMs: number) =>
    to.forEach((hear) => hear(pcm, atMs));
  return {
    line: {
      hearing: { tap: (listener: AudioListener) => void caller.push(listener), lostMs },
      player: { tap: (listener: AudioListener) => void bot.push(listener), sampleRateHz: RATE_HZ },
      ended: end.signal,
    },
    caller: tell(caller),
    bot: tell(bot),
    hangUp: () => end.abort(),
  };
}

const deaf = { hearing: {}, player: { sampleRateHz: RATE_HZ }, ended: new AbortController().signal };

describe('the ear of a call', () => {
  it('hears the line, and not what is recorded of it, where the line can be listened to', async () => {
    const [live, recorded, clock] = [listened(100), listened(), new ManualClock()];
    const timeline = new Timeline(clock);
    const heard = new HeardCall({ timeline }, { line: live.line, recorded: recorded.line }, clock);
    expect(heard.report).toBeUndefined();
    timeline.mark('call.answered', {}, 1000);
    live.caller(silence(3000, RATE_HZ).data, 1000);
    live.bot(tone(440, 500, RATE_HZ).data, 1400);
    recorded.bot(tone(440, 500, RATE_HZ).data, 2400);
    await clock.advance(4000);
    expect(heard.report).toMatchObject({ from: 'line', lastedMs: 3000, greetingMs: 400 });
    expect(heard.report?.lostFrames).toBe(5);
  });

  it('hears what is recorded where the line cannot be listened to', () => {
    const [recorded, clock] = [listened(), new ManualClock()];
    const timeline = new Timeline(clock);
    const heard = new HeardCall({ timeline }, { line: deaf, recorded: recorded.line }, clock);
    timeline.mark('call.answered', {}, 0);
    expect(heard.report).toBeUndefined();
    recorded.bot(tone(440, 500, RATE_HZ).data, 700);
    expect(heard.report).toMatchObject({ from: 'recording', greetingMs: 700, lostFrames: null });
  });

  it('misses no greeting, and no first word, in a conversation that goes on with the caller', async () => {
    const [live, clock] = [listened(), new ManualClock()];
    const timeline = new Timeline(clock);
    const call = { timeline, first: 'caller' as const };
    const heard = new HeardCall(call, { line: live.line, recorded: live.line }, clock);
    timeline.mark('call.answered', {}, 0);
    await clock.advance(5000);
    live.bot(tone(440, 500, RATE_HZ).data, 4000);
    expect(heard.report).toMatchObject({ greetingMs: null, greetingInsideMs: null, deadAir: { count: 0 } });
  });

  it('owes whom Parley has called no word before the hello, and a machine none at all', async () => {
    const called = async (by: 'person' | 'machine') => {
      const [live, clock] = [listened(), new ManualClock()];
      const timeline = new Timeline(clock);
      const call = { timeline, first: 'callee' as const };
      const heard = new HeardCall(call, { line: live.line, recorded: live.line }, clock);
      timeline.mark('call.answered', {}, 0);
      live.caller(silence(3000, RATE_HZ).data, 0);
      live.caller(tone(440, 500, RATE_HZ).data, 3000);
      await clock.advance(4000);
      timeline.mark('answerer.decided', { by, reason: 'pause' });
      live.bot(tone(440, 500, RATE_HZ).data, 4200);
      await clock.advance(1000);
      return heard.report;
    };
    const person = await called('person');
    expect(person).toMatchObject({ greetingMs: 4200, deadAir: { count: 1 } });
    expect(person?.answers.map(({ waitMs }) => waitMs)).toEqual([700]);
    expect(person?.answers[0]?.charged).toMatchObject({ other: 700 });
    expect(await called('machine')).toMatchObject({
      ...{ greetingMs: null, greetingInsideMs: null, answers: [] },
      deadAir: { count: 0 },
    });
  });

  it('says nothing where nobody could listen', () => {
    const clock = new ManualClock();
    const timeline = new Timeline(clock);
    const heard = new HeardCall({ timeline }, { line: deaf, recorded: deaf }, clock);
    timeline.mark('call.answered', {});
    expect(heard.report).toBeUndefined();
  });

  it('owes nobody a word who has hung up, whatever the call still has to do', async () => {
    const [live, clock] = [listened(), new ManualClock()];
    const timeline = new Timeline(clock);
    const heard = new HeardCall({ timeline }, { line: live.line, recorded: live.line }, clock);
    timeline.mark('call.answered', {});
    await clock.advance(1000);
    live.bot(tone(440, 500, RATE_HZ).data, 300);
    live.caller(tone(440, 200, RATE_HZ).data, 800);
    live.hangUp();
    await clock.advance(5000);
    timeline.mark('call.ended', { cause: 'caller' });
    expect(heard.report).toMatchObject({ lastedMs: 1000, deadAir: { count: 1, longestMs: 300 } });
  });

  it('says the same of a call that has ended, whatever comes of its line', async () => {
    const [live, clock] = [listened(), new ManualClock()];
    const timeline = new Timeline(clock);
    const heard = new HeardCall({ timeline }, { line: live.line, recorded: live.line }, clock);
    timeline.mark('call.answered', {});
    live.bot(tone(440, 500, RATE_HZ).data, 300);
    await clock.advance(2000);
    timeline.mark('call.ended', { cause: 'caller' });
    const { report } = heard;
    await clock.advance(5000);
    live.bot(tone(440, 500, RATE_HZ).data, 6000);
    expect(heard.report).toEqual(report);
    expect(report).toMatchObject({ lastedMs: 2000, bot: { soundMs: 500 } });
  });
});
