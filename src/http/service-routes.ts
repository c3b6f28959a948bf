/** The service as a whole: seen, and given orders. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { FOR_TENANTS, tenantAsking } from './asking-tenant.ts';
import { accepted, apiError, botChanges, plainOrder, serviceState } from './contract.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { ServiceState } from './contract.ts';
import type { OperatorPorts } from './operator-ports.ts';

export interface ServiceRoutesOptions {
  readonly operator: OperatorPorts;
}

export const serviceRoutes: FastifyPluginCallbackZod<ServiceRoutesOptions> = (app, { operator }, done) => {
  const tags = ['service'];

  app.get(
    '/service',
    {
      config: FOR_TENANTS,
      schema: { tags, summary: 'How it is doing', response: { 200: serviceState, '4xx': apiError } },
    },
    (request) => {
      const tenant = tenantAsking(request);
      return tenant ? stateFor(tenant, operator) : operator.state();
    },
  );

  app.post(
    '/drain',
    {
      schema: {
        tags,
        summary: 'Take no more calls, until Parley is started again',
        body: plainOrder,
        response: { 202: accepted, '4xx': apiError },
      },
    },
    (_request, reply) => {
      operator.drain();
      void reply.code(202);
      return { accepted: true } as const;
    },
  );

  app.post(
    '/bots/reload',
    {
      schema: {
        tags,
        summary: 'Read the bot profiles again',
        body: plainOrder,
        response: { 200: botChanges, '4xx': apiError },
      },
    },
    async () => {
      const { added, changed, removed } = await operator.reloadBots();
      return { added: [...added], changed: [...changed], removed: [...removed] };
    },
  );
  done();
};

/** What all share is told of as far as it bears on this tenant's calls: how busy others keep the service is not. */
function stateFor({ name, bots }: Tenant, operator: OperatorPorts): ServiceState {
  const { admission: _everybodys, ...state } = operator.state();
  const own = operator.calls.live.filter(({ tenant }) => tenant === name);
  return { ...state, activeCalls: own.length, bots: [...bots], alerts: [] };
}
