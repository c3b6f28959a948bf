import { describe, expect, it } from 'vitest';
import { Alerts } from '../alerts/alerts.ts';
import { watchEar } from '../alerts/watch-ear.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { EarReport } from '../ear/ear-report.ts';
import { measureEar } from './ear-metrics.ts';
import { createMetrics } from './metrics.ts';

const nothing = { count: 0, longestMs: 0, sumMs: 0 };
const report: EarReport = {
  from: 'line',
  lastedMs: 20_000,
  greetingMs: 400,
  greetingInsideMs: 390,
  answers: [
    {
      ...{ callerEndedAtMs: 5000, botBeganAtMs: 6200, waitMs: 1200 },
      inside: { turn: 1, waitMs: 900, differenceMs: 300 },
      charged: { endpointing: 500, recognition: 100, model: 400, synthesis: 150, playout: 50, other: 0 },
    },
  ],
  unheardTurns: [],
  talkOver: { count: 1, longestMs: 500, sumMs: 500 },
  deadAir: { count: 2, longestMs: 1200, sumMs: 1600 },
  gaps: nothing,
  caller: { soundMs: 3000, levelDbfs: -24, clippedMs: 20 },
  bot: { soundMs: 5000, levelDbfs: -18, clippedMs: 0 },
  lostFrames: 3,
  isPart: false,
};

async function valueOf(metrics: ReturnType<typeof createMetrics>, line: string) {
  const found = (await metrics.registry.metrics()).split('\n').find((each) => each.startsWith(`${line} `));
  return Number(found?.slice(line.length + 1));
}

describe('what the ear has heard of a call', () => {
  it('stands in the metrics', async () => {
    const metrics = createMetrics();
    measureEar(report, metrics);
    measureEar(undefined, metrics);
    expect(await valueOf(metrics, 'parley_heard_calls_total{from="line"}')).toBe(1);
    expect(await valueOf(metrics, 'parley_heard_calls_total{from="nowhere"}')).toBe(1);
    expect(await valueOf(metrics, 'parley_heard_answer_seconds_sum')).toBeCloseTo(1.2);
    expect(await valueOf(metrics, 'parley_heard_wait_seconds_total{stage="model"}')).toBeCloseTo(0.4);
    expect(await valueOf(metrics, 'parley_heard_difference_seconds_bucket{le="0.2"}')).toBe(0);
    expect(await valueOf(metrics, 'parley_heard_talk_over_seconds_total')).toBeCloseTo(0.5);
    expect(await valueOf(metrics, 'parley_heard_clipped_seconds_total{side="caller"}')).toBeCloseTo(0.02);
    expect(await valueOf(metrics, 'parley_heard_lost_frames_total')).toBe(3);
    expect(await valueOf(metrics, 'parley_heard_level_dbfs_count{side="bot"}')).toBe(1);
  });

  it('raises an alert where it is not what the timeline says', async () => {
    const clock = new ManualClock();
    const pace = { windowMs: 60_000, minSamples: 5, calmMs: 10_000 };
    const alerts = new Alerts({ clock, epochMs: () => clock.nowMs(), pace });
    const raised: string[] = [];
    alerts.subscribe(({ alert }) => raised.push(alert.name));
    for (let call = 0; call < 5; call++) watchEar(report, alerts);
    await clock.advance(1000);
    expect(raised).toEqual(['heard_otherwise']);
  });
});
