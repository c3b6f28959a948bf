/** What the ear has heard of an ended call, as Prometheus is told it. */
import { CHARGED } from '../ear/charged-wait.ts';
import { levelOfSide, offTheTimelineMs } from '../ear/ear-report.ts';
import type { EarReport } from '../ear/ear-report.ts';
import type { Metrics } from './metrics.ts';

/** `report`: undefined where nobody could listen. */
export function measureEar(report: EarReport | undefined, metrics: Metrics): void {
  metrics.heardCalls.inc({ from: report?.from ?? 'nowhere' });
  if (!report) return;
  for (const offMs of offTheTimelineMs(report)) metrics.heardDifference.observe(offMs / 1000);
  for (const { waitMs, charged } of report.answers) {
    metrics.heardAnswer.observe(waitMs / 1000);
    for (const stage of charged ? CHARGED : [])
      metrics.heardWait.inc({ stage }, Math.max(0, charged?.[stage] ?? 0) / 1000);
  }
  if (report.greetingMs !== null) metrics.heardGreeting.observe(Math.max(0, report.greetingMs) / 1000);
  metrics.heardDeadAir.observe(report.deadAir.longestMs / 1000);
  metrics.heardTalkOver.inc(report.talkOver.sumMs / 1000);
  metrics.heardGaps.inc(report.gaps.sumMs / 1000);
  if (report.lostFrames !== null) metrics.heardLostFrames.inc(report.lostFrames);
  for (const side of ['caller', 'bot'] as const) {
    metrics.heardClipped.inc({ side }, report[side].clippedMs / 1000);
    const levelDbfs = levelOfSide(report[side]);
    if (levelDbfs !== null) metrics.heardLevel.observe({ side }, levelDbfs);
  }
}
