/** What /api/campaigns takes and gives: as contract.ts, for calls to many. Numbers stand only in the results of a campaign. */
import { z } from 'zod';
import { LEAD_FAULTS } from '../outbound/campaigns/lead.ts';
import type { LeadFaultCode } from '../outbound/campaigns/lead.ts';
import { TRY_OUTCOMES } from '../outbound/campaigns/outcomes.ts';
import { CAMPAIGN_STATES } from '../outbound/campaigns/transitions.ts';

export const campaignName = z.object({
  name: z.string().regex(/^[a-z0-9-]{1,60}$/, 'expected the name of a campaign'),
});

export const newCampaign = z.strictObject({
  /** As docs/campaigns.md shows it: an object, or the text of its YAML. */
  campaign: z.union([z.string(), z.looseObject({})]),
  /** The text of the list: CSV with a line of names, or a JSON array. */
  leads: z.string(),
  /** Numbers that are never called, one a line. */
  doNotCall: z.string().optional(),
});

export const campaignView = z.object({
  name: z.string(),
  bot: z.string(),
  /** Whose it is; not of the service's own. */
  tenant: z.string().optional(),
  state: z.enum(CAMPAIGN_STATES),
  /** Why it is paused, if nobody has ordered it: `abandonment`, or `memoryLost` where another daemon may have gone on with it. */
  reason: z.string().nullable(),
  createdAt: z.iso.datetime(),
  /** Leads that are to be called, now or later; that are being called; that are done; and that are not called any more. */
  leads: z.object({ waiting: z.int(), calling: z.int(), done: z.int(), dropped: z.int() }),
  /** Leads by how their last call ended. */
  outcomes: z.partialRecord(z.enum(TRY_OUTCOMES), z.int()),
  /** Calls that were made. */
  calls: z.int(),
  /** People who picked up, and how many of them were gone before the bot had spoken. */
  answered: z.int(),
  abandoned: z.int(),
  /** Calls that go on now. */
  live: z.int(),
  /** Lines of the list that were left out. */
  leftOut: z.int(),
});

const leftOutLine = z.object({
  line: z.int(),
  code: z.enum(Object.keys(LEAD_FAULTS) as [LeadFaultCode, ...LeadFaultCode[]]),
  told: z.string(),
});

export const campaignDetail = campaignView.extend({
  /** The first thousand lines that were left out. */
  faults: z.array(leftOutLine),
});

export const campaignList = z.object({
  /** The oldest first. */
  campaigns: z.array(campaignView),
});

export type CampaignView = z.infer<typeof campaignView>;
export type CampaignDetail = z.infer<typeof campaignDetail>;
