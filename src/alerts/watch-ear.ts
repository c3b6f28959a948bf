/** What the ear has heard of an ended call says to the rules. */
import { offTheTimelineMs } from '../ear/ear-report.ts';
import type { EarReport } from '../ear/ear-report.ts';
import type { AlertSamples } from './alerts.ts';

export function watchEar(report: EarReport | undefined, alerts: AlertSamples): void {
  for (const offMs of report ? offTheTimelineMs(report) : []) alerts.note('heard_otherwise', offMs);
}
