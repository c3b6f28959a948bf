/** How the providers are, as Prometheus sees it at each scrape. */
import { Gauge } from 'prom-client';
import type { Metrics } from './metrics.ts';

const BREAKER_STATES = ['closed', 'half-open', 'open'] as const;

export interface Breaker {
  readonly name: string;
  readonly state: (typeof BREAKER_STATES)[number];
}

export interface ChannelPools {
  readonly channels: number;
  readonly connected: number;
  readonly calls: number;
}

export type ProviderService = 'synthesis' | 'recognition';

export interface Providers {
  readonly breakers: readonly Breaker[];
  /** A service has none where it keeps no connections, or not yet. */
  readonly pools: Readonly<Record<ProviderService, () => ChannelPools | undefined>>;
}

export function addProviderGauges({ registry }: Metrics, { breakers, pools }: Providers): void {
  const registers = [registry];
  new Gauge({
    name: 'parley_breaker_state',
    help: "1 for the state that a provider's circuit breaker is in.",
    labelNames: ['provider', 'state'],
    registers,
    collect() {
      for (const { name, state } of breakers)
        for (const one of BREAKER_STATES) this.set({ provider: name, state: one }, one === state ? 1 : 0);
    },
  });
  const poolGauge = (name: string, help: string, figure: keyof ChannelPools) =>
    new Gauge({
      name: `parley_grpc_${name}`,
      help,
      labelNames: ['service'],
      registers,
      collect() {
        for (const [service, state] of Object.entries(pools)) {
          const pool = state();
          if (pool) this.set({ service }, pool[figure]);
        }
      },
    });
  poolGauge('channels', 'gRPC connections that are kept.', 'channels');
  poolGauge('channels_connected', 'Those that are connected now.', 'connected');
  poolGauge('calls', 'gRPC calls under way.', 'calls');
}
