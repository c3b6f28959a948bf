/** A whole campaign in seconds: the same list, hours, limits and store, simulated callees, and a clock that goes from timer to timer. */
import { ManualClock } from '../../../base/manual-clock.ts';
import { silentLog } from '../../../base/log.ts';
import { readCampaign } from '../campaign-file.ts';
import type { Campaign } from '../campaign-file.ts';
import { Campaigns } from '../campaigns.ts';
import { IN_MEMORY } from '../database.ts';
import type { Progress } from '../kept-campaign.ts';
import type { LeadFault } from '../lead.ts';
import { numbersOf, readLeads } from '../read-leads.ts';
import { storeAtHand } from '../store-questions.ts';
import type { CampaignTexts } from '../store-questions.ts';
import { CampaignStore } from '../store.ts';
import { simulatedCallOut } from './callees.ts';
import type { Callee } from './callees.ts';
import { Limits } from './limits.ts';
import type { Breach } from './limits.ts';

export interface RehearsalOptions {
  readonly seed: number;
  /** When it begins, ms since 1970. */
  readonly epochMs: number;
  readonly mix?: Readonly<Record<Callee, number>>;
  /** Told now and then how far it has come. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface CampaignRehearsal {
  readonly campaign: Campaign;
  readonly progress: Progress;
  readonly faults: readonly LeadFault[];
  readonly breaches: readonly Breach[];
  /** The most calls at the same time. */
  readonly peak: number;
  readonly calls: number;
  /** From the start to the end of the last call, by the virtual clock. */
  readonly tookMs: number;
}

/** How often it is told how far it has come, virtual ms. */
const TELL_EVERY_MS = 10 * 60_000;

/** Throws CAMPAIGN_INVALID or LEADS_INVALID. */
export async function rehearseCampaign(
  texts: CampaignTexts,
  options: RehearsalOptions,
): Promise<CampaignRehearsal> {
  const { seed, mix, onProgress } = options;
  const campaign = readCampaign(texts.campaign);
  const { doNotCall } = texts;
  // Which bots there are is the service's to know.
  const { leads } = readLeads(texts.leads, { ...campaign, doNotCall, isBot: () => true });
  const bots = [...new Set([campaign.bot, ...leads.flatMap(({ bot }) => bot ?? [])])];
  const clock = new ManualClock();
  const epochMs = () => options.epochMs + clock.nowMs();
  const blocked = numbersOf(doNotCall ?? '', campaign.country);
  const limits = new Limits({ campaign, leads, blocked, clock, epochMs });
  const store = storeAtHand(new CampaignStore(IN_MEMORY));
  const callees = simulatedCallOut({ clock, seed, ...(mix && { mix }) });
  const campaigns = new Campaigns({
    ...{ store, clock, epochMs, log: silentLog },
    callOut: limits.watched(callees),
    bots: () => bots,
  });
  const { faults } = await campaigns.create(texts);
  let isOver = false;
  const tell = async () => {
    const progress = await store.progress(campaign.name);
    isOver ||= progress.state !== 'running';
    onProgress?.(progress);
    if (!isOver) clock.after(TELL_EVERY_MS, () => void tell());
  };
  clock.after(TELL_EVERY_MS, () => void tell());
  await clock.runUntil(campaigns.over(campaign.name));
  const tookMs = clock.nowMs();
  const progress = await store.progress(campaign.name);
  isOver = true;
  await campaigns.close();
  const { breaches, peak, calls } = limits;
  return { campaign, progress, faults, breaches, peak, calls, tookMs };
}
