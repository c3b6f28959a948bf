import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { Timeline } from '../timeline/timeline.ts';
import { BargeInMetrics } from './barge-in-metrics.ts';
import { createMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';

const ANSWER = { kind: 'answer', index: 0 } as const;

let metrics: Metrics;
let timeline: Timeline;
beforeEach(() => {
  metrics = createMetrics();
  timeline = new Timeline(new ManualClock());
  const bargeIn = new BargeInMetrics(metrics);
  timeline.observe((entry) => bargeIn.note(entry));
  timeline.mark('playback.started', { ...ANSWER, text: 'Длинный ответ.' }, 1000);
});

async function outcomes(): Promise<Record<string, number>> {
  const { values } = await metrics.bargeIns.get();
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels.outcome), value]));
}

async function stopSeconds(): Promise<number | undefined> {
  const { values } = await metrics.bargeInStop.get();
  return values.find(({ metricName }) => metricName?.endsWith('_sum'))?.value;
}

describe('the metrics of interruptions', () => {
  it('tell how soon the bot fell silent, and that it was for speech', async () => {
    timeline.mark('speech.started', {}, 2000);
    timeline.mark('bargeIn.paused', {}, 2040);
    timeline.mark('bargeIn.stopped', {}, 2500);
    timeline.mark('speech.stopped', { endedAtMs: 4000, speechMs: 2000 }, 4200);
    expect(await outcomes()).toEqual({ stopped: 1 });
    expect(await stopSeconds()).toBeCloseTo(0.04);
  });

  it('tell that the bot was silent at the first vowel of speech that it had suspected', async () => {
    timeline.mark('bargeIn.paused', {}, 2040);
    timeline.mark('speech.started', {}, 2020);
    timeline.mark('bargeIn.stopped', {}, 2500);
    expect(await outcomes()).toEqual({ stopped: 1 });
    expect(await stopSeconds()).toBeCloseTo(0.02);
  });

  it('do not take an old suspicion for the reaction to later speech', async () => {
    timeline.mark('bargeIn.paused', {}, 2040);
    timeline.mark('bargeIn.resumed', { because: 'noSpeech' }, 2280);
    timeline.mark('speech.started', {}, 3000);
    timeline.mark('bargeIn.paused', {}, 3060);
    expect(await outcomes()).toEqual({ noSpeech: 1 });
    expect(await stopSeconds()).toBeCloseTo(0.06);
  });

  it('tell why it went on after a cough', async () => {
    timeline.mark('speech.started', {}, 2000);
    timeline.mark('bargeIn.paused', {}, 2040);
    timeline.mark('speech.stopped', { endedAtMs: 2080, speechMs: 80 }, 2240);
    timeline.mark('bargeIn.resumed', { because: 'tooShort' }, 2260);
    expect(await outcomes()).toEqual({ tooShort: 1 });
  });

  it('count speech over the bot for which it did not fall silent', async () => {
    timeline.mark('speech.started', {}, 2000);
    timeline.mark('speech.stopped', { endedAtMs: 3500, speechMs: 1500 }, 3700);
    expect(await outcomes()).toEqual({ missed: 1 });
    expect(await stopSeconds()).toBe(0);
  });

  it('do not count who began just before the bot had finished', async () => {
    timeline.mark('speech.started', {}, 2000);
    timeline.mark('playback.finished', { ...ANSWER, heardMs: 1300, outcome: 'heard' }, 2300);
    timeline.mark('speech.stopped', { endedAtMs: 5000, speechMs: 3000 }, 5200);
    expect(await outcomes()).toEqual({});
  });

  it('do not count who speaks in silence', async () => {
    timeline.mark('playback.finished', { ...ANSWER, heardMs: 500, outcome: 'heard' }, 1500);
    timeline.mark('speech.started', {}, 2000);
    timeline.mark('speech.stopped', { endedAtMs: 5000, speechMs: 3000 }, 5200);
    expect(await outcomes()).toEqual({});
  });
});
