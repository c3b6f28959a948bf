/** Which alerts are active, as Prometheus sees it at each scrape. */
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { ActiveAlerts } from './alerts.ts';
import { ALERT_NAMES, RULES } from './rules.ts';

/** Every alert at every severity that it can have is there from the start, 0 while it is not active. */
export function addAlertGauge(registry: Registry, alerts: ActiveAlerts): void {
  new Gauge({
    name: 'parley_alerts_active',
    help: '1 while an alert is raised, by its name and severity.',
    labelNames: ['alert', 'severity'],
    registers: [registry],
    collect() {
      for (const alert of ALERT_NAMES)
        for (const { severity } of RULES[alert].levels) this.set({ alert, severity }, 0);
      for (const { name, severity } of alerts.active) this.set({ alert: name, severity }, 1);
    },
  });
}
