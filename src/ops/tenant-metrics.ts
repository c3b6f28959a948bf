/** What is counted of a tenant's calls, under its name: as many names as TENANTS_FILE has. */
import type { CallNews } from './call-log.ts';
import { costOf, usageOf } from './cost.ts';
import type { Prices } from './cost.ts';
import type { Metrics } from './metrics.ts';

/** To be told of all that happens in calls. */
export function measureTenant({ call, kind, ...news }: CallNews, metrics: Metrics, prices: Prices): void {
  const { tenant } = call;
  if (tenant === undefined) return;
  if ('entry' in news && news.entry.type === 'turn.over') {
    const answered = call.answered.at(-1);
    if (answered?.turn === news.entry.turn)
      metrics.tenantAnswers.observe({ tenant }, answered.voiceToVoiceMs / 1000);
  }
  if (kind !== 'ended') return;
  metrics.tenantCalls.inc({ tenant, cause: call.endCause ?? 'lost' });
  const cost = costOf(usageOf(call.entries), prices);
  if (cost) metrics.tenantCost.inc({ tenant, currency: cost.currency }, cost.total);
}
