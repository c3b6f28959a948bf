/** Every metric that a service can have. */
import { addAlertGauge } from '../../src/alerts/alert-metrics.ts';
import { addGauges, createMetrics } from '../../src/ops/metrics.ts';

export interface Metric {
  readonly name: string;
  readonly labels: readonly string[];
}

export function knownMetrics(): Metric[] {
  const all = createMetrics();
  addGauges(all, { activeCalls: () => 0, ariConnected: () => true, lagMs: () => 0, results: () => 0 });
  addAlertGauge(all.registry, { active: [], subscribe: () => () => undefined });
  return all.registry.getMetricsAsArray().map((metric) => ({
    name: metric.name,
    labels: 'labelNames' in metric ? (metric.labelNames as string[]) : [],
  }));
}
