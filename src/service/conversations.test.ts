import { describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import type { Awaited } from '../telephony/line.ts';
import type { Arrival } from '../telephony/telephone.ts';
import { Timeline } from '../timeline/timeline.ts';
import { Conversations } from './conversations.ts';
import type { ConversationsOptions } from './conversations.ts';

const WANTED: Awaited = { silenceMs: 6000, language: 'ru-RU', digits: 1, words: [], terminator: 'none' };

/** Calls that are begun, and that say nothing by themselves. */
function begun(differs: Partial<ConversationsOptions> = {}) {
  const clock = new ManualClock();
  const arrivals: Arrival[] = [];
  const timelines = new Map<string, Timeline>();
  const conversations = new Conversations({
    clock,
    receive: (arrival) => {
      arrivals.push(arrival);
      timelines.set(arrival.line.id, new Timeline(clock));
    },
    timelineOf: (id) => timelines.get(id),
    refusal: () => undefined,
    checkBot: () => undefined,
    ...differs,
  });
  return { clock, arrivals, conversations };
}

describe('conversations in writing', () => {
  it('end when nobody has written for ten minutes, and not while the bot is answering', async () => {
    const { clock, arrivals, conversations } = begun();
    const { conversation } = conversations.exchange({});
    const line = arrivals[0]?.line;
    await clock.advance(3_600_000);
    expect(line?.ended.aborted).toBe(false);
    line?.hearing.awaited?.(WANTED);
    await clock.advance(599_000);
    expect(line?.ended.aborted).toBe(false);
    await clock.advance(1000);
    expect(line?.ended.reason).toMatchObject({ by: 'caller' });
    expect(() => conversations.exchange({ conversation, text: 'Алло' })).toThrow('[CONVERSATION_UNKNOWN]');
  });

  it('end with a reader who goes before being told their name, and wait for one who knows it', () => {
    const { arrivals, conversations } = begun();
    const first = conversations.exchange({});
    arrivals[0]?.line.hearing.awaited?.(WANTED);
    conversations.exchange({ conversation: first.conversation, text: 'Алло' }).abandon();
    expect(arrivals[0]?.line.ended.aborted).toBe(false);
    conversations.exchange({}).abandon();
    expect(arrivals[1]?.line.ended.reason).toMatchObject({ by: 'caller' });
  });

  it('take one question at a time', () => {
    const { arrivals, conversations } = begun();
    const { conversation } = conversations.exchange({});
    expect(() => conversations.exchange({ conversation, text: 'Раз' })).toThrow('[CONVERSATION_BUSY]');
    arrivals[0]?.line.hearing.awaited?.(WANTED);
    conversations.exchange({ conversation, text: 'Два' });
  });

  it('are so many and no more, until one has ended', async () => {
    const { arrivals, conversations } = begun();
    for (let count = 0; count < 20; count++) conversations.exchange({});
    expect(() => conversations.exchange({})).toThrow('[CONVERSATIONS_FULL]');
    await arrivals[0]?.line.hangup();
    conversations.exchange({});
  });

  it('are not begun where no call would be taken', () => {
    expect(() => begun({ refusal: () => 'draining' }).conversations.exchange({})).toThrow('[CALL_REFUSED]');
    expect(() => begun({ timelineOf: () => undefined }).conversations.exchange({})).toThrow('[CALL_REFUSED]');
  });
});
