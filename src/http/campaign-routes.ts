/** Campaigns: made, looked at, given orders, and what came of their leads. */
import { Readable } from 'node:stream';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { ParleyError } from '../base/errors.ts';
import type { CampaignNow, Campaigns } from '../outbound/campaigns/campaigns.ts';
import type { LeadFault } from '../outbound/campaigns/lead.ts';
import { resultsAsCsv } from '../outbound/campaigns/results-table.ts';
import {
  campaignDetail,
  campaignList,
  campaignName,
  campaignView,
  newCampaign,
} from './campaign-contract.ts';
import type { CampaignDetail, CampaignView } from './campaign-contract.ts';
import { apiError, plainOrder } from './contract.ts';

export type CampaignPorts = Pick<Campaigns, 'all' | 'one' | 'create' | 'order' | 'faults' | 'results'>;

export interface CampaignRoutesOptions {
  /** Undefined where no telephone can call. */
  readonly campaigns: CampaignPorts | undefined;
}

/** A list of a hundred thousand leads with a few variables each, written as JSON. */
const MOST_BODY_BYTES = 24 * 1024 * 1024;

const MOST_FAULTS_SHOWN = 1000;

const errors = { '4xx': apiError, '5xx': apiError };

export const campaignRoutes: FastifyPluginCallbackZod<CampaignRoutesOptions> = (app, options, done) => {
  const tags = ['campaigns'];
  const ports = () => {
    if (!options.campaigns)
      throw new ParleyError('TELEPHONE_AWAY', 'No telephone of this service can call anybody.');
    return options.campaigns;
  };

  app.get(
    '/campaigns',
    { schema: { tags, summary: 'All campaigns', response: { 200: campaignList, ...errors } } },
    async () => ({ campaigns: options.campaigns ? (await options.campaigns.all()).map(viewOf) : [] }),
  );

  app.post(
    '/campaigns',
    {
      bodyLimit: MOST_BODY_BYTES,
      schema: {
        tags,
        summary: 'Begin to call a list of people; the same again changes nothing',
        body: newCampaign,
        response: { 200: campaignDetail, 201: campaignDetail, ...errors },
      },
    },
    async ({ body: { campaign, leads, doNotCall } }, reply) => {
      const text = typeof campaign === 'string' ? campaign : JSON.stringify(campaign);
      const { progress, isOld, faults } = await ports().create({ campaign: text, leads, doNotCall });
      void reply.code(isOld ? 200 : 201);
      return detailOf(progress, faults);
    },
  );

  app.get(
    '/campaigns/:name',
    {
      schema: {
        tags,
        summary: 'One campaign, with the lines of its list that were left out',
        params: campaignName,
        response: { 200: campaignDetail, ...errors },
      },
    },
    async ({ params: { name } }) => {
      const [progress, faults] = await Promise.all([ports().one(name), ports().faults(name)]);
      return detailOf(progress, faults);
    },
  );

  for (const [order, summary] of [
    ['pause', 'No further call; those that go on are talked to their end'],
    ['resume', 'Go on calling'],
    ['cancel', 'No further call, for good'],
  ] as const)
    app.post(
      `/campaigns/:name/${order}`,
      {
        schema: {
          tags,
          summary,
          params: campaignName,
          body: plainOrder,
          response: { 200: campaignView, ...errors },
        },
      },
      async ({ params: { name } }) => viewOf(await ports().order(name, order)),
    );

  app.get(
    '/campaigns/:name/results.csv',
    {
      schema: {
        tags,
        summary: 'What came of each lead, with its number and its variables',
        params: campaignName,
        produces: ['text/csv'],
      },
    },
    async ({ params: { name } }, reply) => {
      // Throws while there is an answer to be chosen still.
      await ports().one(name);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}.csv"`)
        .send(Readable.from(resultsAsCsv(ports().results(name))));
    },
  );
  done();
};

function viewOf(now: CampaignNow): CampaignView {
  const {
    campaign,
    state,
    reason = null,
    createdEpochMs,
    leads,
    outcomes,
    tries,
    answers,
    live,
    faults,
  } = now;
  return {
    ...{ name: campaign.name, bot: campaign.bot, state, reason, leads, outcomes, live },
    createdAt: new Date(createdEpochMs).toISOString(),
    calls: tries,
    answered: answers.answered,
    abandoned: answers.abandoned,
    leftOut: faults,
  };
}

function detailOf(now: CampaignNow, faults: readonly LeadFault[]): CampaignDetail {
  return { ...viewOf(now), faults: faults.slice(0, MOST_FAULTS_SHOWN) };
}
