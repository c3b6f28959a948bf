/** An HTTP interface over a service that is not there: calls are told by their timelines, and orders are noted. */
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { anEarReport } from '../../ear/testing/an-ear-report.ts';
import { Alerts } from '../../alerts/alerts.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { silentLog } from '../../base/log.ts';
import { ParleyError } from '../../base/errors.ts';
import { Timeline } from '../../timeline/timeline.ts';
import { CallLog } from '../../ops/call-log.ts';
import { FREE } from '../../ops/testing/free.ts';
import { buildHttp } from '../server.ts';
import type { HttpOptions } from '../server.ts';
import type { LiveCall, OperatorPorts } from '../operator-ports.ts';

export interface Operated {
  readonly app: FastifyInstance;
  readonly clock: ManualClock;
  readonly calls: CallLog;
  readonly alerts: Alerts;
  readonly operator: OperatorPorts;
  /** What was ordered, in its order. */
  readonly orders: readonly unknown[];
  /** Tells of a call that begins now; a tenant's, if one is given. */
  begin(id: string, tenant?: string): Timeline;
}

const NUMBER = '+79161234512';

/** The wall clock at the manual clock's 0. */
const EPOCH_MS = Date.parse('2026-01-01T09:00:00Z');

export async function operated(options: Partial<HttpOptions> = {}): Promise<Operated> {
  const clock = new ManualClock();
  await clock.advance(5000);
  const calls = new CallLog({ clock, epochMs: () => EPOCH_MS + clock.nowMs() });
  const orders: unknown[] = [];
  const note = (order: unknown) => void orders.push(order);
  const live = new Map<string, LiveCall>();
  const alerts = new Alerts({ clock, epochMs: () => EPOCH_MS + clock.nowMs() });
  const operator: OperatorPorts = {
    calls,
    alerts,
    liveCall: (id) => live.get(id),
    transferTargets: new Map([
      ['sales', { kind: 'dialplan', context: 'queues', extension: 'sales', priority: 1 }],
    ]),
    state: () => {
      throw new ParleyError('ARI_FAILED', 'A secret of the house.');
    },
    takePageCall: (socket, bot) => {
      note({ pageCall: bot });
      socket.onMessage((data) => socket.send(data));
    },
    drain: () => note('drain'),
    reloadBots: async () => {
      throw new ParleyError('BOT_PROFILE_INVALID', 'default.yaml:2: greting');
    },
  };
  const app = await buildHttp({
    clock,
    log: silentLog,
    version: '1.2.3',
    token: undefined,
    transcripts: 'own',
    prices: FREE,
    notReady: () => [],
    telephones: () => ({ asterisk: 'Asterisk is away', twilio: 'connected' }),
    metrics: new Registry(),
    operator,
    history: undefined,
    results: { waiting: [], retry: async () => undefined },
    fleet: {
      isFleet: false,
      degraded: [],
      look: async () => ({ daemons: [], calls: [] }),
      drain: async (daemon) => note({ drain: daemon }),
    },
    texts: {
      exchange: () => {
        throw new ParleyError('CALL_REFUSED', 'No call is taken now.');
      },
    },
    ...options,
  });
  return {
    app,
    clock,
    calls,
    alerts,
    operator,
    orders,
    begin(id, tenant) {
      const timeline = new Timeline(clock);
      const party = {
        direction: 'inbound',
        number: NUMBER,
        name: 'Ann',
        dialled: '100',
        bot: undefined,
      } as const;
      const heard = { report: anEarReport };
      calls.follow({ timeline, line: { id, party }, profile: { name: 'default' }, heard, tenant });
      live.set(id, {
        isOver: false,
        say: (text) => note({ id, say: text }),
        end: (cause) => note({ id, end: cause }),
        hasPlace: async (place) => place.kind !== 'dialplan' || place.context !== 'nowhere',
        transferTo: (place) => note({ id, transferTo: place }),
      });
      timeline.observe(({ type }) => type === 'call.ended' && live.delete(id));
      return timeline;
    },
  };
}
