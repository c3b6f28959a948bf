/** The service as a whole: seen, and given orders. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { accepted, apiError, botChanges, plainOrder, serviceState } from './contract.ts';
import type { OperatorPorts } from './operator-ports.ts';

export interface ServiceRoutesOptions {
  readonly operator: OperatorPorts;
}

export const serviceRoutes: FastifyPluginCallbackZod<ServiceRoutesOptions> = (app, { operator }, done) => {
  const tags = ['service'];

  app.get(
    '/service',
    { schema: { tags, summary: 'How it is doing', response: { 200: serviceState, '4xx': apiError } } },
    () => operator.state(),
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
