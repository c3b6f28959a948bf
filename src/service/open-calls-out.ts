/** Who makes calls: over any telephone that can, beside those that come in and under the same limits. */
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { BotRoster } from '../call/intake/bot-roster.ts';
import type { Reception, Tenancy } from '../call/intake/reception.ts';
import type { Settings } from '../config/settings.ts';
import { CallsOut } from '../outbound/calls-out.ts';
import { OrderFiles } from '../outbound/order-files.ts';
import { OrderedCalls } from '../outbound/ordered-calls.ts';
import type { CallHistory } from './call-history.ts';
import type { Closing } from './closing.ts';
import type { Telephones } from './telephones.ts';
import type { Watch } from './watch.ts';

export interface CallsOutParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly watch: Pick<Watch, 'metrics'>;
  readonly roster: Pick<BotRoster, 'get'>;
  readonly telephones: Pick<Telephones, 'all'>;
  readonly reception: Pick<Reception, 'reserve' | 'serve'>;
  readonly tenancy: Pick<Tenancy, 'tenants'>;
  /** Undefined where no call is kept. */
  readonly history: Pick<CallHistory, 'keepUnanswered'> | undefined;
  readonly closing: Closing;
}

/** To be closed after the reception has ended the calls. `orders`: undefined where no telephone can call. */
export async function openCallsOut(parts: CallsOutParts) {
  const { settings, log, watch, roster, telephones, reception, history, closing } = parts;
  const { tenants } = parts.tenancy;
  const callsOut = new CallsOut({
    telephones: telephones.all,
    desk: {
      reserve: (bot) => reception.reserve(bot),
      serve: (arrival, order) => reception.serve(arrival, order),
    },
    checkBot: (name) => void roster.get(name),
    ringMs: settings.outbound.ringMs,
    clock: systemClock,
    log,
    onOutcome: ({ telephone, order, outcome: came, tookMs }) => {
      const { outcome } = came;
      watch.metrics.callsOut.inc({
        telephone,
        outcome,
        by: came.outcome === 'answered' ? came.by : 'nobody',
      });
      if (outcome === 'answered') return;
      const { id, bot, to: number } = order;
      const endedEpochMs = Date.now();
      const times = { startedEpochMs: Math.round(endedEpochMs - tookMs), endedEpochMs };
      const tenant = tenants.ofBot(bot)?.name;
      history?.keepUnanswered({ id, bot, tenant, number, cause: outcome, ...times });
    },
  });
  const files = new OrderFiles(join(settings.data.dir, 'outbound'), log);
  const orders = new OrderedCalls({
    ...{ files, callsOut, log },
    epochMs: () => Date.now(),
    ownNumbers: settings.outbound.ownNumbers,
  });
  if (callsOut.canCall) await orders.open();
  closing.add(() => orders.close());
  return { callsOut, orders: callsOut.canCall ? orders : undefined };
}
