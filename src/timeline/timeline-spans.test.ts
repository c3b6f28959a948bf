import { describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { pauseSpans, silentSpans, speechSpans, spokenSpans } from './timeline-spans.ts';
import { Timeline } from './timeline.ts';

const DEAD_AIR_MS = 1500;

function asked(speechEndedAtMs: number): Timeline {
  const timeline = new Timeline(new ManualClock());
  timeline.mark('speech.started', {}, speechEndedAtMs - 1000);
  timeline.mark('speech.stopped', { endedAtMs: speechEndedAtMs, speechMs: 1000 }, speechEndedAtMs + 200);
  timeline.turn = 1;
  timeline.mark('turn.ended', { speechEndedAtMs }, speechEndedAtMs + 500);
  return timeline;
}

function say(timeline: Timeline, index: number, fromMs: number, toMs: number, outcome = 'heard'): void {
  const heardMs = toMs - fromMs;
  timeline.mark('playback.started', { kind: 'answer', index, text: `part ${index}` }, fromMs);
  timeline.mark('playback.finished', { kind: 'answer', index, heardMs, outcome }, toMs);
}

describe('what lasts in a call', () => {
  it('joins what was said with its end, also where the same phrase is said twice', () => {
    const timeline = asked(2000);
    say(timeline, 0, 3000, 4000);
    say(timeline, 0, 9000, 9500, 'stopped');
    expect(spokenSpans(timeline.entries)).toMatchObject([
      { fromMs: 3000, toMs: 4000, outcome: 'heard' },
      { fromMs: 9000, toMs: 9500, outcome: 'stopped', heardMs: 500 },
    ]);
    expect(speechSpans(timeline.entries)).toEqual([{ fromMs: 1000, toMs: 2000 }]);
  });

  it('leaves out what was dropped unheard, and ends with the call what never ended', () => {
    const timeline = asked(2000);
    timeline.mark('playback.finished', { kind: 'answer', index: 1, heardMs: 0, outcome: 'stopped' }, 2500);
    timeline.mark('playback.started', { kind: 'answer', index: 0, text: 'part 0' }, 3000);
    timeline.mark('call.ended', { cause: 'caller' }, 3600);
    expect(spokenSpans(timeline.entries)).toMatchObject([{ fromMs: 3000, toMs: 3600, outcome: undefined }]);
  });

  it('finds the silence before an answer, but none while the caller thinks', () => {
    const timeline = asked(2000);
    say(timeline, 0, 3700, 5000);
    timeline.mark('turn.over', { outcome: 'spoken' }, 5000);
    timeline.mark('call.ended', { cause: 'caller' }, 60_000);
    expect(silentSpans(timeline.entries, DEAD_AIR_MS)).toEqual([{ turn: 1, fromMs: 2000, toMs: 3700 }]);
    expect(silentSpans(timeline.entries, 1700)).toEqual([]);
  });

  it('finds the silence between two parts of an answer, and that of a pause for a cough', () => {
    const timeline = asked(2000);
    say(timeline, 0, 2500, 8000);
    timeline.mark('bargeIn.paused', {}, 3000);
    timeline.mark('bargeIn.resumed', { because: 'tooShort' }, 5000);
    say(timeline, 1, 10_000, 11_000);
    timeline.mark('turn.over', { outcome: 'spoken' }, 11_000);
    expect(pauseSpans(timeline.entries)).toEqual([
      { turn: 1, fromMs: 3000, toMs: 5000, because: 'tooShort' },
    ]);
    expect(silentSpans(timeline.entries, DEAD_AIR_MS)).toEqual([
      { turn: 1, fromMs: 3000, toMs: 5000 },
      { turn: 1, fromMs: 8000, toMs: 10_000 },
    ]);
  });
});
