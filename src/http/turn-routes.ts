/** Turns: how long the last ones took, and a picture of any of them. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { ParleyError } from '../base/errors.ts';
import { THRESHOLDS } from '../timeline/thresholds.ts';
import { turnPicture } from '../recordings/report/turn-picture.ts';
import { FOR_TENANTS, maySee } from './asking-tenant.ts';
import type { CallView } from './call-view.ts';
import { answeredTurns, apiError, callTurn, turnsQuery } from './contract.ts';
import type { OperatorPorts } from './operator-ports.ts';

export interface TurnRoutesOptions {
  readonly operator: OperatorPorts;
  readonly view: CallView;
}

/** So many are told at once: what a chart can show, about 100 kB. */
const MOST_TURNS = 1000;

export const turnRoutes: FastifyPluginCallbackZod<TurnRoutesOptions> = (app, { operator, view }, done) => {
  const { calls } = operator;

  app.get(
    '/turns',
    {
      config: FOR_TENANTS,
      schema: {
        tags: ['calls'],
        summary: 'How long the last answers took',
        querystring: turnsQuery,
        response: { 200: answeredTurns, '4xx': apiError },
      },
    },
    (request) => {
      const { after = '' } = request.query;
      const turns = [...calls.past, ...calls.live]
        .filter(({ tenant }) => maySee(request, tenant))
        .flatMap((call) => view.answered(call))
        .filter(({ at }) => at > after)
        .toSorted((a, b) => (a.at < b.at ? -1 : 1));
      return { turns: turns.slice(-MOST_TURNS), limits: THRESHOLDS.answer };
    },
  );

  app.get(
    '/calls/:id/turns/:turn',
    {
      config: FOR_TENANTS,
      schema: {
        tags: ['calls'],
        summary: 'What went on in a turn, drawn: a piece of HTML',
        params: callTurn,
        produces: ['text/html'],
      },
    },
    (request, reply) => {
      const { id, turn } = request.params;
      const call = calls.find(id);
      if (!call || !maySee(request, call.tenant))
        throw new ParleyError('CALL_UNKNOWN', 'There is no such call.');
      return reply.type('text/html; charset=utf-8').send(turnPicture(view.timeline(call), turn).toString());
    },
  );
  done();
};
