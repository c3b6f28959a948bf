import { describe, expect, it } from 'vitest';
import { Alerts } from '../alerts/alerts.ts';
import { watchEar } from '../alerts/watch-ear.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { anEarReport } from '../ear/testing/an-ear-report.ts';
import { measureEar } from './ear-metrics.ts';
import { createMetrics } from './metrics.ts';

async function valueOf(metrics: ReturnType<typeof createMetrics>, line: string) {
  const found = (await metrics.registry.metrics()).split('\n').find((each) => each.startsWith(`${line} `));
  return Number(found?.slice(line.length + 1));
}

describe('what the ear has heard of a call', () => {
  it('stands in the metrics', async () => {
    const metrics = createMetrics();
    measureEar(anEarReport, metrics);
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

  it('counts no loss where that is not known', async () => {
    const metrics = createMetrics();
    measureEar({ ...anEarReport, lostFrames: null }, metrics);
    expect(await valueOf(metrics, 'parley_heard_lost_frames_total')).toBe(0);
  });

  it('raises an alert where it is not what the timeline says', async () => {
    const clock = new ManualClock();
    const pace = { windowMs: 60_000, minSamples: 5, calmMs: 10_000 };
    const alerts = new Alerts({ clock, epochMs: () => clock.nowMs(), pace });
    const raised: string[] = [];
    alerts.subscribe(({ alert }) => raised.push(alert.name));
    for (let call = 0; call < 5; call++) watchEar(anEarReport, alerts);
    await clock.advance(1000);
    expect(raised).toEqual(['heard_otherwise']);
  });
});
