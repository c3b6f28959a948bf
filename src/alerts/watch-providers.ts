/** How often a service was asked of its providers, and how often another than the first had to do it: for the metrics and the rules. */
import { errorCode, refusesCredentials } from '../base/errors.ts';
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

/** Whoever may refuse credentials. */
export type RefusingService = ProviderService | 'model';

/** To be called at every refusal of credentials: the first one is an alert. */
export function refusalsOf(service: RefusingService, metrics: Metrics, alerts: AlertSamples): () => void {
  // Prometheus sees a rise only of what was there before.
  metrics.credentialRefusals.inc({ service }, 0);
  return () => {
    metrics.credentialRefusals.inc({ service });
    alerts.note(`${service}_refuses`, 1);
  };
}

export function watchService(service: ProviderService, metrics: Metrics, alerts: AlertSamples): ServiceWatch {
  const onRefused = refusalsOf(service, metrics, alerts);
  return {
    onRequest() {
      metrics.requests.inc({ service });
      alerts.begun(`${service}_fallbacks`);
    },
    onFallback({ from, error }) {
      const code = errorCode(error);
      metrics.fallbacks.inc({ service, provider: from, code });
      alerts.breach(`${service}_fallbacks`);
      if (refusesCredentials(code)) onRefused();
    },
  };
}
