/** Campaigns: made, looked at, given orders, and what came of their leads. */
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { ParleyError } from '../base/errors.ts';
import { readCampaign } from '../outbound/campaigns/campaign-file.ts';
import type { CampaignNow, Campaigns } from '../outbound/campaigns/campaigns.ts';
import type { LeadFault } from '../outbound/campaigns/lead.ts';
import { resultsAsCsv } from '../outbound/campaigns/results-table.ts';
import { requireBotOf } from '../tenants/tenants.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { FOR_TENANTS, maySee, tenantAsking } from './asking-tenant.ts';
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
  /** Whose each bot is: a campaign is its bot's tenant's. */
  readonly tenants?: Pick<Tenants, 'ofBot'> | undefined;
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

  const tenantOf = ({ campaign }: CampaignNow) => options.tenants?.ofBot(campaign.bot)?.name;
  const isSeen = (request: FastifyRequest, now: CampaignNow) => maySee(request, tenantOf(now));
  const seen = async (request: FastifyRequest, name: string) => {
    const now = await ports().one(name);
    if (isSeen(request, now)) return now;
    throw new ParleyError('CAMPAIGN_UNKNOWN', `There is no campaign ${name}.`);
  };
  const viewOf = (now: CampaignNow) => {
    const tenant = tenantOf(now);
    return { ...plainView(now), ...(tenant !== undefined && { tenant }) };
  };
  const detailOf = (now: CampaignNow, faults: readonly LeadFault[]): CampaignDetail => ({
    ...viewOf(now),
    faults: faults.slice(0, MOST_FAULTS_SHOWN),
  });

  app.get(
    '/campaigns',
    {
      config: FOR_TENANTS,
      schema: { tags, summary: 'All campaigns', response: { 200: campaignList, ...errors } },
    },
    async (request) => {
      const all = options.campaigns ? await options.campaigns.all() : [];
      return { campaigns: all.filter((now) => isSeen(request, now)).map(viewOf) };
    },
  );

  app.post(
    '/campaigns',
    {
      bodyLimit: MOST_BODY_BYTES,
      config: FOR_TENANTS,
      schema: {
        tags,
        summary: 'Begin to call a list of people; the same again changes nothing',
        body: newCampaign,
        response: { 200: campaignDetail, 201: campaignDetail, ...errors },
      },
    },
    async (request, reply) => {
      const { campaign, leads, doNotCall } = request.body;
      const text = typeof campaign === 'string' ? campaign : JSON.stringify(campaign);
      const tenant = tenantAsking(request);
      if (tenant) requireBotOf(tenant, readCampaign(text).bot);
      const { progress, isOld, faults } = await ports().create({ campaign: text, leads, doNotCall });
      void reply.code(isOld ? 200 : 201);
      return detailOf(progress, faults);
    },
  );

  app.get(
    '/campaigns/:name',
    {
      config: FOR_TENANTS,
      schema: {
        tags,
        summary: 'One campaign, with the lines of its list that were left out',
        params: campaignName,
        response: { 200: campaignDetail, ...errors },
      },
    },
    async (request) => {
      const { name } = request.params;
      const progress = await seen(request, name);
      return detailOf(progress, await ports().faults(name));
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
        config: FOR_TENANTS,
        schema: {
          tags,
          summary,
          params: campaignName,
          body: plainOrder,
          response: { 200: campaignView, ...errors },
        },
      },
      async (request) => {
        const { name } = request.params;
        await seen(request, name);
        return viewOf(await ports().order(name, order));
      },
    );

  app.get(
    '/campaigns/:name/results.csv',
    {
      config: FOR_TENANTS,
      schema: {
        tags,
        summary: 'What came of each lead, with its number and its variables',
        params: campaignName,
        produces: ['text/csv'],
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      // Throws while there is an answer to be chosen still.
      await seen(request, name);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}.csv"`)
        .send(Readable.from(resultsAsCsv(ports().results(name))));
    },
  );
  done();
};

function plainView(now: CampaignNow): CampaignView {
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
