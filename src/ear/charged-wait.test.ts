import { describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { Timeline } from '../timeline/timeline.ts';
import { chargedWait } from './charged-wait.ts';

function timeline(): Timeline {
  const timeline = new Timeline(new ManualClock());
  timeline.mark('turn.ended', { speechEndedAtMs: 1010 }, 1600);
  timeline.mark('recognition.done', { text: 'Hello?' }, 1700);
  timeline.mark('chat.started', {}, 1700);
  return timeline;
}

describe('a wait', () => {
  it('is charged to the millisecond', () => {
    const marks = timeline();
    marks.mark('chunk.ready', { index: 0, text: 'Yes.' }, 2200);
    marks.mark('synthesis.started', { index: 0, characters: 4 }, 2200);
    marks.mark('synthesis.firstAudio', { index: 0, provider: 'grpc' }, 2350);
    marks.mark('playback.started', { kind: 'answer', index: 0, text: 'Yes.' }, 2370);
    expect(chargedWait(marks.entries, { fromMs: 1000, toMs: 2400 })).toEqual({
      ...{ endpointing: 600, recognition: 100, model: 500 },
      // Its clip begins with 30 ms of silence.
      synthesis: 180,
      ...{ playout: 20, other: 0 },
    });
  });

  it('is charged to the model up to the filler that covers it', () => {
    const marks = timeline();
    marks.mark('playback.started', { kind: 'filler', index: 0, text: 'Well…' }, 2100);
    marks.mark('chunk.ready', { index: 0, text: 'Yes.' }, 3000);
    expect(chargedWait(marks.entries, { fromMs: 1000, toMs: 2100 })).toMatchObject({
      model: 400,
      synthesis: 0,
      other: 0,
    });
  });

  it('is not charged to the model while something was being done', () => {
    const marks = timeline();
    marks.mark('tool.done', { name: 'look_up', status: 'done', tookMs: 300 }, 2100);
    marks.mark('chunk.ready', { index: 0, text: 'Yes.' }, 2200);
    marks.mark('playback.started', { kind: 'answer', index: 0, text: 'Yes.' }, 2210);
    expect(chargedWait(marks.entries, { fromMs: 1000, toMs: 2210 })).toMatchObject({
      model: 200,
      other: 300,
      playout: 10,
    });
  });

  it('is charged to nobody where no mark explains it', () => {
    expect(chargedWait([], { fromMs: 1000, toMs: 1500 })).toMatchObject({ other: 500, endpointing: 0 });
  });

  it('is charged to nobody while the caller had put the call on hold', () => {
    const marks = timeline();
    marks.mark('chunk.ready', { index: 0, text: 'Yes.' }, 2200);
    marks.mark('playback.started', { kind: 'answer', index: 0, text: 'Yes.' }, 5010);
    const holds = [{ fromMs: 2000, toMs: 5000 }];
    expect(chargedWait(marks.entries, { fromMs: 1000, toMs: 5010, holds })).toEqual({
      ...{ endpointing: 600, recognition: 100, model: 300, synthesis: 0, playout: 10, other: 3000 },
    });
  });

  it('is the sum of its charges, to the tenth of a millisecond', () => {
    const marks = new Timeline(new ManualClock());
    marks.mark('turn.ended', { speechEndedAtMs: 1010 }, 1600.04);
    marks.mark('recognition.done', { text: 'Hello?' }, 1700.08);
    marks.mark('chat.started', {}, 1700.08);
    marks.mark('tool.done', { name: 'look_up', status: 'done', tookMs: 300.03 }, 2100.06);
    marks.mark('chunk.ready', { index: 0, text: 'Yes.' }, 2200.04);
    marks.mark('playback.started', { kind: 'answer', index: 0, text: 'Yes.' }, 2210.07);
    const charges = Object.values(chargedWait(marks.entries, { fromMs: 1000.5, toMs: 2215.9 }));
    expect(charges.every((ms) => Math.abs(10 * ms - Math.round(10 * ms)) < 1e-6)).toBe(true);
    expect(charges.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(1215.4, 6);
  });

  it('was over for what an early answer had done before', () => {
    const marks = new Timeline(new ManualClock());
    marks.mark('chat.started', {}, 1200);
    marks.mark('chunk.ready', { index: 0, text: 'Yes.' }, 1400);
    marks.mark('turn.ended', { speechEndedAtMs: 1000 }, 1600);
    marks.mark('recognition.done', { text: 'Hello?' }, 1610);
    marks.mark('playback.started', { kind: 'answer', index: 0, text: 'Yes.' }, 1640);
    expect(chargedWait(marks.entries, { fromMs: 1000, toMs: 1640 })).toEqual({
      ...{ endpointing: 600, recognition: 10, model: 0, synthesis: 0, playout: 30, other: 0 },
    });
  });
});
