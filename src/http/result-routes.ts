/** Results of ended calls that are on their way, and the order to offer one again. */
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { Outbox } from '../results/outbox.ts';
import type { WaitingResult } from '../results/outbox-entry.ts';
import { accepted, apiError, plainOrder } from './contract.ts';
import { resultId, resultsQuery, waitingResults } from './result-contract.ts';
import type { WaitingResults } from './result-contract.ts';

export type ResultPorts = Pick<Outbox, 'waiting' | 'retry'>;

export interface ResultRoutesOptions {
  readonly results: ResultPorts;
}

export const resultRoutes: FastifyPluginCallbackZod<ResultRoutesOptions> = (app, { results }, done) => {
  const tags = ['results'];

  app.get(
    '/results',
    {
      schema: {
        tags,
        summary: 'Results of ended calls that nobody has taken yet',
        querystring: resultsQuery,
        response: { 200: waitingResults, '4xx': apiError },
      },
    },
    ({ query: { state } }) => ({
      results: results.waiting.filter((each) => state === undefined || each.state === state).map(viewOf),
    }),
  );

  app.post(
    '/results/:id/retry',
    {
      schema: {
        tags,
        summary: 'Offer it again now, as if it never had been',
        params: resultId,
        body: plainOrder,
        response: { 202: accepted, '4xx': apiError },
      },
    },
    async ({ params: { id } }, reply) => {
      await results.retry(id);
      void reply.code(202);
      return { accepted: true } as const;
    },
  );
  done();
};

function viewOf(result: WaitingResult): WaitingResults['results'][number] {
  const { key, call, bot, state, attempts, endedEpochMs, nextEpochMs, reason = null } = result;
  const nextAt = state === 'dead' ? null : new Date(nextEpochMs).toISOString();
  return {
    id: key,
    call,
    bot,
    endedAt: new Date(endedEpochMs).toISOString(),
    state,
    attempts,
    nextAt,
    reason,
  };
}
