/** Campaigns as lines of text. */
import Table from 'cli-table3';
import type { CampaignRehearsal } from '../outbound/campaigns/rehearsal/rehearse-campaign.ts';
import type { CampaignSeen } from './campaign-seen.ts';

interface Fault {
  readonly line: number;
  readonly code: string;
  readonly told: string;
}

const MOST_FAULTS_SHOWN = 20;
const HOUR_MS = 3_600_000;

/** Each line of the list that was left out, the first of them. */
export function faultLines(faults: readonly Fault[]): readonly string[] {
  const shown = faults
    .slice(0, MOST_FAULTS_SHOWN)
    .map(({ line, code, told }) => `line ${line}: ${told} [${code}]`);
  const more = faults.length - shown.length;
  return more > 0 ? [...shown, `… and ${more} more lines that were left out`] : shown;
}

/** `december: running, 120 of 10000 done (reached 80, busy 40), 5 calls` */
export function progressLine({ name, state, reason, leads, outcomes, live }: CampaignSeen): string {
  const all = leads.waiting + leads.calling + leads.done + leads.dropped;
  const told = outcomesText(outcomes);
  const because = reason === null ? '' : ` (${reason})`;
  const calls = live > 0 ? `, ${live} ${live === 1 ? 'call' : 'calls'} now` : '';
  return `${name}: ${state}${because}, ${leads.done} of ${all} done${told && ` (${told})`}${calls}`;
}

/** How much of the list is done, 0 to 1. */
export function shareOf({ leads }: CampaignSeen): number {
  const { waiting, calling, done, dropped } = leads;
  return (done + dropped) / Math.max(1, waiting + calling + done + dropped);
}

export function tableOfCampaigns(campaigns: readonly CampaignSeen[]): string {
  const table = new Table({
    head: ['campaign', 'state', 'waiting', 'calling', 'done', 'dropped', 'outcomes'],
  });
  for (const { name, state, reason, leads, outcomes } of campaigns) {
    const { waiting, calling, done, dropped } = leads;
    const told = reason === null ? state : `${state} (${reason})`;
    table.push([name, told, waiting, calling, done, dropped, outcomesText(outcomes)]);
  }
  return table.toString();
}

export function rehearsalLines(rehearsal: CampaignRehearsal, tookMs: number): readonly string[] {
  const { progress, breaches, peak, calls, campaign } = rehearsal;
  const { state, reason, leads, outcomes, answers } = progress;
  const done = {
    name: campaign.name,
    state,
    reason: reason ?? null,
    leads,
    outcomes: { ...outcomes },
    live: 0,
  };
  const share = answers.answered === 0 ? 0 : (answers.abandoned / answers.answered) * 100;
  return [
    progressLine(done),
    `${calls} calls in ${(rehearsal.tookMs / HOUR_MS).toFixed(1)} hours, rehearsed in ${(tookMs / 1000).toFixed(1)} s`,
    `at most ${peak} at once of ${campaign.concurrency}; ${share.toFixed(1)}% of those who picked up heard nobody`,
    breaches.length === 0
      ? 'no limit was broken'
      : `${breaches.length} times a limit was broken, first: ${breaches[0]?.limit} by ${breaches[0]?.call}`,
  ];
}

function outcomesText(outcomes: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(outcomes)
    .map(([outcome, count]) => `${outcome} ${count}`)
    .join(', ');
}
