/** The first step: what watches all the others. Metrics, alerts, and whether there is room for one more call. */
import { addAlertGauge } from '../alerts/alert-metrics.ts';
import { startAlerts } from '../alerts/start-alerts.ts';
import { watchService } from '../alerts/watch-providers.ts';
import { systemClock } from '../base/clock.ts';
import { EventLoopLag } from '../base/event-loop-lag.ts';
import { freeFiles } from '../base/open-files.ts';
import type { ShareOf } from '../base/provider-use.ts';
import { Admission } from '../call/intake/admission.ts';
import type { FleetBound } from '../call/intake/admission.ts';
import type { Settings } from '../config/settings.ts';
import { createMetrics } from '../ops/metrics.ts';
import type { Closing } from './closing.ts';
import type { Tracing } from './open-tracing.ts';

export type Watch = ReturnType<typeof startWatch>;

export function startWatch(
  settings: Settings,
  { log, spans }: Pick<Tracing, 'log' | 'spans'>,
  closing: Closing,
  fleet?: { readonly bound: FleetBound | undefined; readonly shareOf: ShareOf },
) {
  const clock = systemClock;
  const metrics = createMetrics();
  const alarm = startAlerts({ ...settings.alerts, clock, log, spans });
  closing.add(() => alarm.close());
  const { alerts } = alarm;
  addAlertGauge(metrics.registry, alerts);
  const lag = new EventLoopLag(clock);
  closing.add(async () => lag.stop());
  const lagMs = () => lag.meanMs;
  return {
    metrics,
    alerts,
    lagMs,
    admission: new Admission({
      ...{ settings: settings.admission, clock, lagMs, freeFiles },
      ...{ fleet: fleet?.bound, shareOf: fleet?.shareOf },
    }),
    synthesis: watchService('synthesis', metrics, alerts),
    recognition: watchService('recognition', metrics, alerts),
  };
}
