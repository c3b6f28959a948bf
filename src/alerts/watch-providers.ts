/** How often a service was asked of its providers, and how often another than the first had to do it: for the metrics and the rules. */
import { errorCode } from '../base/errors.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { ProviderService } from '../ops/provider-metrics.ts';
import type { AlertSamples } from './alerts.ts';

/** Told of every provider that another one had to stand in for. */
export type OnFallback = (fallback: { readonly from: string; readonly error: unknown }) => void;

export interface ServiceWatch {
  /** A request, whoever will serve it. */
  readonly onRequest: () => void;
  readonly onFallback: OnFallback;
}

export function watchService(service: ProviderService, metrics: Metrics, alerts: AlertSamples): ServiceWatch {
  return {
    onRequest() {
      metrics.requests.inc({ service });
      alerts.begun(`${service}_fallbacks`);
    },
    onFallback({ from, error }) {
      metrics.fallbacks.inc({ service, provider: from, code: errorCode(error) });
      alerts.breach(`${service}_fallbacks`);
    },
  };
}
