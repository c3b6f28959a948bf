/** The last step: what the operator sees of the service and orders it to do, over HTTP. */
import type { RequestListener } from 'node:http';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { parleyVersion } from '../base/version.ts';
import type { Reception, Tenancy } from '../call/intake/reception.ts';
import type { Settings } from '../config/settings.ts';
import type { HistoryPorts } from '../http/history-ports.ts';
import type { ResultPorts } from '../http/result-routes.ts';
import type { OrderPorts } from '../http/call-routes.ts';
import { startHttp } from '../http/server.ts';
import type { HttpServer } from '../http/server.ts';
import type { ServiceCampaigns } from './call-campaigns.ts';
import { addGauges } from '../ops/metrics.ts';
import { Conversations } from './conversations.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { FleetView } from './fleet-view.ts';
import { OperatorDesk } from './operator-desk.ts';
import type { OperatorDeskOptions } from './operator-desk.ts';
import type { Watch } from './watch.ts';

export interface OperatorParts extends Omit<
  OperatorDeskOptions,
  'drainMs' | 'transferTargets' | 'transcripts' | 'alerts' | 'admission'
> {
  readonly settings: Settings;
  readonly log: Log;
  readonly watch: Watch;
  readonly reception: Reception;
  readonly tenancy: Tenancy;
  /** Undefined where this daemon is alone. */
  readonly fleet: Pick<Fleet, 'degraded' | 'memory'> | undefined;
  /** Undefined where no call is kept. */
  readonly history: HistoryPorts | undefined;
  readonly results: ResultPorts;
  /** Undefined where no telephone can call. */
  readonly orders: OrderPorts | undefined;
  /** Undefined where no telephone can call. */
  readonly campaigns: ServiceCampaigns | undefined;
  /** Undefined where the speech API is not asked for. */
  readonly speech: RequestListener | undefined;
}

/** Resolves when HTTP listens. */
export function openOperatorsSide({
  settings,
  log,
  watch,
  fleet,
  history,
  results,
  campaigns,
  orders,
  tenancy,
  speech,
  ...parts
}: OperatorParts): Promise<HttpServer> {
  const { admission, alerts, lagMs, metrics } = watch;
  const { reception, telephones } = parts;
  const operator = new OperatorDesk({
    ...parts,
    ...settings.operator,
    admission,
    campaigns,
    alerts,
    drainMs: settings.drainMs,
  });
  addGauges(metrics, {
    activeCalls: () => reception.live.length,
    ariConnected: () => telephones.asterisk?.connected ?? false,
    lagMs,
    results: (state) => results.waiting.filter((each) => each.state === state).length,
  });
  return startHttp(settings.http, {
    clock: systemClock,
    log,
    version: parleyVersion(),
    token: settings.http.token,
    trustedProxies: settings.http.trustedProxies,
    transcripts: settings.operator.transcripts,
    prices: settings.prices,
    twilio: telephones.twilio,
    tenants: tenancy.tenants,
    texts: conversationsOver(reception, parts.roster),
    notReady: () => operator.notReady(),
    degraded: fleet && (() => [...fleet.degraded, ...(campaigns?.degraded ?? [])]),
    telephones: () => operator.telephones(),
    metrics: metrics.registry,
    operator,
    fleet: new FleetView({
      ...{ fleet, instance: settings.fleet?.instance, calls: parts.calls },
      ariApp: settings.telephones.asterisk ? settings.ari.app : '',
      maxCalls: settings.admission.maxCalls,
      isDraining: () => reception.refusal === 'draining',
      drain: () => operator.drain(),
      epochMs: () => Date.now(),
    }),
    history,
    results,
    campaigns,
    orders,
    speech,
  });
}

function conversationsOver(reception: Reception, roster: OperatorParts['roster']): Conversations {
  return new Conversations({
    clock: systemClock,
    receive: (arrival) => reception.receive(arrival),
    timelineOf: (call) => reception.live.find(({ line }) => line.id === call)?.timeline,
    refusal: (bot) => reception.refusalOf(bot),
    checkBot: (name) => void roster.get(name),
  });
}
