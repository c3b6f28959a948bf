/** What is needed of the answers of /api/campaigns. */
import { z } from 'zod';

export const campaignView = z.object({
  name: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  leads: z.object({ waiting: z.number(), calling: z.number(), done: z.number(), dropped: z.number() }),
  outcomes: z.record(z.string(), z.number()),
  live: z.number(),
});

export const campaignDetail = campaignView.extend({
  faults: z.array(z.object({ line: z.number(), code: z.string(), told: z.string() })),
});

export const campaignList = z.object({ campaigns: z.array(campaignView) });

export type CampaignSeen = Readonly<z.output<typeof campaignView>>;
