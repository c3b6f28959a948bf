/** What the ear has heard of an ended call says to the rules. */
import type { EarReport } from '../ear/ear-report.ts';
import type { AlertSamples } from './alerts.ts';

export function watchEar(report: EarReport | undefined, alerts: AlertSamples): void {
  for (const { inside } of report?.answers ?? [])
    if (inside) alerts.note('heard_otherwise', Math.abs(inside.differenceMs));
}
