/** The HTTP interface: probes, the API with its description, and the dashboard. See contract.ts for what the API takes and gives. */
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Registry } from 'prom-client';
import { addressList } from '../base/address-list.ts';
import type { Clock } from '../base/clock.ts';
import { listening } from '../base/listening.ts';
import type { Log } from '../base/log.ts';
import { isLoopback } from '../base/loopback.ts';
import { projectRoot } from '../base/project-root.ts';
import type { Prices } from '../ops/cost.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { campaignRoutes } from './campaign-routes.ts';
import type { CampaignPorts } from './campaign-routes.ts';
import { callRoutes } from './call-routes.ts';
import type { OrderPorts } from './call-routes.ts';
import { CallView } from './call-view.ts';
import type { CallViewOptions } from './call-view.ts';
import { serveDashboard } from './dashboard.ts';
import { describeApi } from './docs.ts';
import { doorOf } from './door.ts';
import { answerErrors, answerWith, toldError } from './errors.ts';
import { PermittedHistory } from './permitted-history.ts';
import { fleetRoutes } from './fleet-routes.ts';
import type { FleetPorts } from './fleet-routes.ts';
import type { HistoryPorts } from './history-ports.ts';
import { historyRoutes, listeningRoute } from './history-routes.ts';
import { ListeningTickets } from './listening-tickets.ts';
import { liveEvents } from './live-events.ts';
import type { OperatorPorts } from './operator-ports.ts';
import { makeRoom } from './make-room.ts';
import { lettingGo, phoneRoute, takeWebSockets } from './phone-route.ts';
import { probes } from './probes.ts';
import { resultRoutes } from './result-routes.ts';
import type { ResultPorts } from './result-routes.ts';
import { socketsOf } from './sockets.ts';
import { serviceRoutes } from './service-routes.ts';
import type { TextPorts } from './text-ports.ts';
import { textRoutes } from './text-routes.ts';
import { turnRoutes } from './turn-routes.ts';
import { twilioRoutes } from './twilio-routes.ts';
import type { TwilioRoutesOptions } from './twilio-routes.ts';

export interface HttpOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  /** Whoever wants more than health and readiness must show it; without one only this machine is served. */
  readonly token: string | undefined;
  /** Addresses and ranges of proxies: those are believed for whom they ask. None, if not given. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Whose words and numbers are shown as they are: of all calls, or of those that come from a page. */
  readonly transcripts: CallViewOptions['transcripts'];
  /** What calls cost by. */
  readonly prices: Prices;
  /** Why no call could be served now; empty when one could. */
  readonly notReady: () => readonly string[];
  /** What is done without meanwhile. */
  readonly degraded?: (() => readonly string[]) | undefined;
  /** Each way in by its name: `connected`, or what is wrong with it. */
  readonly telephones: () => Readonly<Record<string, string>>;
  readonly metrics: Registry;
  readonly operator: OperatorPorts;
  /** Ended calls; undefined where none is kept. */
  readonly history: HistoryPorts | undefined;
  /** Results of ended calls that are on their way. */
  readonly results: ResultPorts;
  /** Undefined where no telephone can call. */
  readonly campaigns?: CampaignPorts | undefined;
  /** All daemons, this one among them. */
  readonly fleet: FleetPorts;
  /** Conversations in writing. */
  readonly texts: TextPorts;
  /** Calls that are ordered one by one; undefined where no telephone can call. */
  readonly orders?: OrderPorts | undefined;
  /** Twilio's webhooks and streams; undefined where there is no Twilio. */
  readonly twilio?: TwilioRoutesOptions['twilio'] | undefined;
  /** Who shares the service; nobody, if not given. */
  readonly tenants?: Tenants | undefined;
  /** Answers all below /v1/, by its own rules: the speech API, where it is asked for. */
  readonly speech?: RequestListener | undefined;
  /** Default web/dashboard. */
  readonly dashboardDir?: string;
}

export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The longest order is 250 characters to be said, which JSON may write with six bytes and more each. */
const MOST_BODY_BYTES = 8 * 1024;

/** Requests of one address: ten a second, far more than a page needs that listens to events, and too few to try out tokens. */
const MOST_REQUESTS = 600;
const RATE_WINDOW_MS = 60_000;

/** Sockets at once: whoever opens more must not take the files that calls need. */
const MOST_CONNECTIONS = 256;
/** Of one machine, WebSockets among them: a page has six, and a company's proxy some dozens. */
const MOST_OF_ONE_ADDRESS = 64;

/** Resolves when it listens; port 0 takes any free one. Throws HTTP_ADDRESS_UNUSABLE where that port cannot be had. */
export async function startHttp(
  address: { readonly host: string; readonly port: number },
  options: HttpOptions,
): Promise<HttpServer> {
  const app = await buildHttp(options);
  const isTrusted = addressList(options.trustedProxies ?? []);
  makeRoom(app.server, {
    most: MOST_CONNECTIONS,
    mostOfOne: MOST_OF_ONE_ADDRESS,
    isShared: (from) => isLoopback(from) || isTrusted?.(from) === true,
  });
  const url = await listening(app, address);
  options.log.info({ event: 'http.listening', url }, 'HTTP listens');
  return { url, close: () => app.close() };
}

/** Everything but the socket. */
export async function buildHttp(options: HttpOptions): Promise<FastifyInstance> {
  const {
    token,
    transcripts,
    prices,
    notReady,
    metrics,
    operator,
    history: ports,
    results,
    clock,
    log,
    version,
  } = options;
  const app = Fastify({
    forceCloseConnections: true,
    trustProxy: addressList(options.trustedProxies ?? []) ?? false,
    bodyLimit: MOST_BODY_BYTES,
    ...socketsOf(options.speech),
    frameworkErrors: (error, _request, reply) => void answerWith(lettingGo(reply), toldError(error)),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  answerErrors(app, log);
  await takeWebSockets(app);
  await app.register(helmet, HEADERS);
  const web = join(projectRoot(), 'web');
  // Before the limit, which holds for what comes after it: a page is thirty files, and one that misses a file does nothing.
  await serveDashboard(app, {
    '/': options.dashboardDir ?? join(web, 'dashboard'),
    '/report/': join(web, 'report'),
  });
  await app.register(rateLimit, { max: MOST_REQUESTS, timeWindow: RATE_WINDOW_MS });
  await describeApi(app, version);
  const { tenants } = options;
  const door = doorOf({ token, tenants, clock, log });
  await app.register(probes, {
    door,
    notReady,
    degraded: options.degraded,
    telephones: options.telephones,
    metrics,
  });
  const { twilio } = options;
  if (twilio) await app.register(twilioRoutes, { twilio });
  await app.register(textRoutes, { door, texts: options.texts, calls: operator.calls });
  const tickets = new ListeningTickets(clock);
  const history = {
    permitted: new PermittedHistory({ ports, transcripts: transcripts === 'all' }),
    tickets,
    ports,
    hasTenants: tenants !== undefined && tenants.all.length > 0,
  };
  await app.register(listeningRoute, { ...history, prefix: '/api' });
  await app.register(
    async (api) => {
      api.addHook('onRequest', door);
      const view = new CallView({ transcripts, prices });
      await api.register(callRoutes, { operator, view, orders: options.orders, tenants });
      await api.register(turnRoutes, { operator, view });
      await api.register(historyRoutes, history);
      await api.register(resultRoutes, { results });
      await api.register(campaignRoutes, { campaigns: options.campaigns, tenants });
      await api.register(fleetRoutes, { fleet: options.fleet });
      await api.register(serviceRoutes, { operator });
      await api.register(phoneRoute, { operator });
      await api.register(liveEvents, { operator, view, clock });
    },
    { prefix: '/api' },
  );
  return app;
}

/** Pages of ours run what this server sends, ask nobody else, and stand in nobody's frame. TLS is a proxy's matter. */
const HEADERS = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      mediaSrc: ["'self'", 'blob:'],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'no-referrer' },
} as const;
