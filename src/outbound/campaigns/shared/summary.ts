/** What everybody knows of a campaign that another process has. */
import { z } from 'zod';
import type { SharedWork, SharedWorks } from '../../../base/shared-works.ts';
import type { Campaign } from '../campaign-file.ts';
import { readLine } from '../campaign-lines.ts';
import type { CampaignNow } from '../campaigns.ts';
import { TRY_OUTCOMES } from '../outcomes.ts';
import { CAMPAIGN_STATES } from '../transitions.ts';

const count = z.int();

const summary = z.object({
  /** As the one who made it has read it; hours and holidays among it. */
  campaign: z.looseObject({ name: z.string(), bot: z.string() }),
  state: z.enum(CAMPAIGN_STATES),
  reason: z.string().optional(),
  createdEpochMs: z.number(),
  leads: z.object({ waiting: count, calling: count, done: count, dropped: count }),
  outcomes: z.partialRecord(z.enum(TRY_OUTCOMES), count),
  tries: count,
  answers: z.object({ answered: count, abandoned: count }),
  faults: count,
  live: count,
});

export function summaryOf(now: CampaignNow): string {
  return JSON.stringify(now);
}

/** Undefined where its owner has not told yet, or is of another version. Of an owner that is no more nothing is live. */
export function readSummary({ summary: text, isOwned }: SharedWork): CampaignNow | undefined {
  if (text === '') return undefined;
  const read = summary.safeParse(JSON.parse(text));
  if (!read.success) return undefined;
  const { campaign, reason, live, ...rest } = read.data;
  return { ...rest, reason, campaign: campaign as unknown as Campaign, live: isOwned ? live : 0 };
}

/** Of the texts that it was made from. */
export async function digestOf(works: SharedWorks, name: string): Promise<string | undefined> {
  const [line] = await works.read(name, 0);
  const first = line === undefined ? undefined : readLine(line);
  return first?.kind === 'campaign' ? first.digest : undefined;
}
