import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { Timeline } from '../timeline/timeline.ts';
import { CallLog } from './call-log.ts';

describe('the log of calls', () => {
  let clock: ManualClock;
  let log: CallLog;

  beforeEach(() => {
    clock = new ManualClock();
    log = new CallLog({ clock, epochMs: () => clock.nowMs(), settings: { pastCalls: 3, pastEntries: 100 } });
  });

  function begin(id: string): Timeline {
    const timeline = new Timeline(clock);
    const party = { direction: 'inbound', number: '', name: '', dialled: '100', bot: undefined } as const;
    log.follow({ timeline, line: { id, party }, profile: { name: 'default' } });
    return timeline;
  }

  /** A whole call with so many entries. */
  function take(id: string, entries: number): void {
    const timeline = begin(id);
    for (let n = 1; n < entries; n++) timeline.mark('digit', { digit: '1' });
    timeline.mark('call.ended', { cause: 'caller' });
  }

  const past = () => log.past.map(({ id }) => id);

  it('keeps so many calls that ended, newest first', () => {
    for (const id of ['a', 'b', 'c', 'd']) take(id, 2);
    expect(past()).toEqual(['d', 'c', 'b']);
    expect(log.find('a')).toBeUndefined();
    expect(log.find('b')?.entries).toHaveLength(2);
    expect(log.live).toEqual([]);
  });

  it('lets old calls go for the entries of new ones', () => {
    take('a', 40);
    take('b', 40);
    take('c', 40);
    expect(past()).toEqual(['c', 'b']);
  });

  it('keeps the end of a call that is longer than all that is kept', () => {
    take('a', 250);
    const call = log.find('a');
    expect(call?.entries).toHaveLength(100);
    expect(call?.entries.at(-1)?.type).toBe('call.ended');
    expect(call?.dropped).toBe(150);
  });

  it('keeps no word of a call that may not be recorded', () => {
    const timeline = begin('a');
    timeline.mark('consent', { outcome: 'refused' });
    timeline.mark('recognition.done', { text: 'меня зовут Иван' });
    timeline.mark('digit', { digit: '7' });
    const told: unknown[] = [];
    log.onNews(({ kind, call }) => kind === 'ended' && told.push(...call.entries));
    timeline.mark('call.ended', { cause: 'caller' });
    expect(told).toMatchObject([
      { type: 'consent', outcome: 'refused' },
      { type: 'recognition.done', text: '' },
      { type: 'digit', digit: '*' },
      { type: 'call.ended' },
    ]);
    expect(log.find('a')?.entries).toEqual(told);
  });

  it('lets a call end though somebody who listens throws, and tells the others', () => {
    const news: string[] = [];
    const timeline = begin('a');
    log.onNews(() => {
      throw new Error('bug');
    });
    log.onNews(({ kind }) => news.push(kind));
    timeline.mark('call.ended', { cause: 'caller' });
    expect(log.live).toEqual([]);
    expect(past()).toEqual(['a']);
    expect(news).toEqual(['entry', 'ended']);
  });

  it('sees what a call is doing', async () => {
    const timeline = begin('a');
    const [call] = log.live;
    const states = [call?.state];
    timeline.observe(() => states.push(call?.state));
    timeline.mark('call.answered', {});
    timeline.mark('playback.started', { kind: 'greeting', index: 0, text: 'Hello.' });
    timeline.mark('speech.started', {});
    timeline.mark('playback.finished', { kind: 'greeting', index: 0, heardMs: 1, outcome: 'stopped' });
    timeline.mark('speech.stopped', { endedAtMs: 0, speechMs: 1 });
    timeline.mark('turn.ended', { speechEndedAtMs: 0 });
    timeline.mark('playback.started', { kind: 'answer', index: 0, text: 'One.' });
    timeline.mark('playback.finished', { kind: 'answer', index: 0, heardMs: 1, outcome: 'heard' });
    timeline.mark('turn.over', { outcome: 'spoken' });
    timeline.mark('call.ended', { cause: 'caller' });
    expect(states).toEqual([
      'ringing',
      'listening',
      'speaking',
      'hearing',
      'hearing',
      'listening',
      'thinking',
      'speaking',
      'thinking',
      'listening',
      'ended',
    ]);
  });
});
