/** Campaigns of the service: where they lie, who calls for them, and where what came of each lead goes. */
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { BotRoster } from '../call/intake/bot-roster.ts';
import type { Settings } from '../config/settings.ts';
import type { CallOut } from '../outbound/call-out.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Campaign } from '../outbound/campaigns/campaign-file.ts';
import { Campaigns } from '../outbound/campaigns/campaigns.ts';
import type { CampaignsOptions } from '../outbound/campaigns/campaigns.ts';
import { IN_MEMORY } from '../outbound/campaigns/database.ts';
import type { LeadResult } from '../outbound/campaigns/kept-campaign.ts';
import { SharedCampaigns } from '../outbound/campaigns/shared/shared-campaigns.ts';
import type { SharedCampaignsOptions } from '../outbound/campaigns/shared/shared-campaigns.ts';
import { SharedStore } from '../outbound/campaigns/shared/shared-store.ts';
import type { SharedStoreOptions } from '../outbound/campaigns/shared/shared-store.ts';
import { storeInThread } from '../outbound/campaigns/store-questions.ts';
import type { CallResults } from './call-results.ts';

export interface CampaignParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly roster: Pick<BotRoster, 'names'>;
  readonly results: Pick<CallResults, 'leadSettled'>;
  /** Undefined where no telephone can call. */
  readonly callOut: CallOut | undefined;
  /** Undefined where this daemon is alone. */
  readonly fleet: Pick<Fleet, 'works' | 'holds' | 'settled'> | undefined;
  /** Whether this daemon could call for a campaign that another one has left. */
  readonly isAble: () => boolean;
}

/** Of this daemon alone, or of a fleet. */
export type ServiceCampaigns = Campaigns | SharedCampaigns;

/** Calls nobody before `open`. Undefined where no telephone can call. */
export function makeCampaigns({
  settings,
  log,
  roster,
  results,
  callOut,
  fleet,
  isAble,
}: CampaignParts): ServiceCampaigns | undefined {
  if (!callOut) return undefined;
  const local = storeInThread(join(settings.data.dir, 'campaigns.sqlite'));
  const options = {
    clock: systemClock,
    epochMs: () => Date.now(),
    callOut,
    bots: () => roster.names,
    log,
    onSettled: (campaign: Campaign, lead: LeadResult) => results.leadSettled(campaign, lead),
  };
  if (!fleet) return new Campaigns({ ...options, store: local });
  const scratch = () => storeInThread(IN_MEMORY);
  return sharedCampaigns({
    ...options,
    local,
    scratch,
    works: fleet.works('campaign'),
    awake: fleet,
    isAble,
  });
}

/** Campaigns that other daemons go on with. */
export function sharedCampaigns({
  local,
  scratch,
  works,
  awake,
  isAble,
  ...options
}: Omit<CampaignsOptions, 'store'> &
  Pick<SharedCampaignsOptions, 'local' | 'scratch' | 'works' | 'isAble'> &
  Pick<SharedStoreOptions, 'awake'>): SharedCampaigns {
  const { clock, log } = options;
  const onLost = (name: string) => shared.lost(name);
  const store = new SharedStore({ local, works, awake, clock, onLost });
  const campaigns = new Campaigns({ ...options, store: store.port, callOut: store.guarded(options.callOut) });
  const shared = new SharedCampaigns({ campaigns, store, local, scratch, works, isAble, clock, log });
  return shared;
}

/** Goes on with what is there. Campaigns that cannot be read keep no caller waiting: the service is ready without them. */
export async function openCampaigns(campaigns: ServiceCampaigns | undefined, log: Log): Promise<void> {
  await campaigns?.open().catch((error: unknown) => {
    log.error({ event: 'campaign.unopened', error }, 'campaigns cannot be gone on with');
  });
}
