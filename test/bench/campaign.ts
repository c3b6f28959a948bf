/** How long a campaign of ten thousand leads takes to be rehearsed, and how long a list of them takes to be read. */
import { readLeads } from '../../src/outbound/campaigns/read-leads.ts';
import { readCampaign } from '../../src/outbound/campaigns/campaign-file.ts';
import { rehearseCampaign } from '../../src/outbound/campaigns/rehearsal/rehearse-campaign.ts';
import { EPOCH_MS, campaignText, listOf } from '../../src/outbound/campaigns/testing/a-campaign.ts';
import { repetitions } from './bench.ts';
import type { Bench } from './bench.ts';

const LEADS = 10_000;
const RETRIES = { maxTries: 3, busy: '10 min', noAnswer: '2 h', machine: '4 h', abandoned: '1 d' };
const CAMPAIGN = campaignText({ concurrency: 200, callsPerSecond: 10, retries: RETRIES });

export const campaign: Bench = {
  name: 'campaign',
  minutes: 0.6,
  fixedMinutes: 0.1,
  explanation: `A campaign of ${LEADS} leads: its list read, and called to its end on the virtual clock (no Asterisk).`,
  async run(scale, tell) {
    const [read, rehearsed, breaches]: [number[], number[], number[]] = [[], [], []];
    const leads = listOf(LEADS);
    for (let seed = 1; seed <= repetitions(3, scale); seed++) {
      const beganMs = performance.now();
      readLeads(leads, { ...readCampaign(CAMPAIGN), doNotCall: undefined, isBot: () => true });
      read.push(performance.now() - beganMs);
      const startedMs = performance.now();
      const rehearsal = await rehearseCampaign({ campaign: CAMPAIGN, leads }, { seed, epochMs: EPOCH_MS });
      rehearsed.push(performance.now() - startedMs);
      breaches.push(rehearsal.breaches.length);
    }
    tell([
      { what: 'list read', unit: 'ms', samples: read },
      { what: 'rehearsed', unit: 'ms', samples: rehearsed, targetP95: 60_000 },
      { what: 'limits broken', unit: '', samples: breaches, targetP95: 0 },
    ]);
  },
};
