/** Campaigns of the service: where they lie, who calls for them, and where what came of each lead goes. */
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { BotRoster } from '../call/intake/bot-roster.ts';
import type { Settings } from '../config/settings.ts';
import type { CallOut } from '../outbound/call-out.ts';
import { Campaigns } from '../outbound/campaigns/campaigns.ts';
import { storeInThread } from '../outbound/campaigns/store-questions.ts';
import type { CallResults } from './call-results.ts';

export interface CampaignParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly roster: Pick<BotRoster, 'names'>;
  readonly results: Pick<CallResults, 'leadSettled'>;
  /** Undefined where no telephone can call. */
  readonly callOut: CallOut | undefined;
}

/** Calls nobody before `open`. Undefined where no telephone can call. */
export function makeCampaigns({
  settings,
  log,
  roster,
  results,
  callOut,
}: CampaignParts): Campaigns | undefined {
  if (!callOut) return undefined;
  return new Campaigns({
    store: storeInThread(join(settings.data.dir, 'campaigns.sqlite')),
    clock: systemClock,
    epochMs: () => Date.now(),
    callOut,
    bots: () => roster.names,
    log,
    onSettled: (campaign, lead) => results.leadSettled(campaign, lead),
  });
}

/** Goes on with what is there. Campaigns that cannot be read keep no caller waiting: the service is ready without them. */
export async function openCampaigns(campaigns: Campaigns | undefined, log: Log): Promise<void> {
  await campaigns?.open().catch((error: unknown) => {
    log.error({ event: 'campaign.unopened', error }, 'campaigns cannot be gone on with');
  });
}
