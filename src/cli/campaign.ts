/** `parley campaign`: calls to many. The service that runs here calls; `rehearse` needs none, and calls nobody. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { setTimeout as pass } from 'node:timers/promises';
import { ParleyError } from '../base/errors.ts';
import type { Settings } from '../config/settings.ts';
import type { CampaignTexts } from '../outbound/campaigns/store-questions.ts';
import { faultLines, progressLine, rehearsalLines, tableOfCampaigns } from './campaign-lines.ts';
import { campaignDetail, campaignList, campaignView } from './campaign-seen.ts';
import type { CampaignSeen } from './campaign-seen.ts';
import { EXIT_FAULT, EXIT_OK } from './exit.ts';
import { ProgressLine } from './progress-line.ts';
import { askService } from './service-api.ts';
import { writePage } from './written-page.ts';

/** How often the service is asked how far it has come, ms. */
const ASK_EVERY_MS = 1000;

/** A list of a hundred thousand leads is read in seconds, ms. */
const CREATED_WITHIN_MS = 60_000;

interface RunOptions {
  readonly results?: string;
  readonly detach?: true;
}

interface RehearseOptions {
  readonly seed: number;
  readonly at?: string;
}

export function campaignCommand(settings: () => Settings, end: (status: number) => void): Command {
  const command = new Command('campaign').description('call a list of people');
  command
    .command('run')
    .description('have the service call them, or go on with that; status 1 if it is not called to its end')
    .argument('<file>', 'the campaign: NAME.yaml')
    .option('-o, --results <file>', 'write what came of each lead as CSV when it is over')
    .option('--detach', 'do not wait for the end')
    .action(async (file: string, options: RunOptions) => end(await run(settings(), file, options)));
  command
    .command('rehearse')
    .description(
      'call nobody: the same list against callees who are played, in seconds; status 1 if a limit is broken',
    )
    .argument('<file>', 'the campaign: NAME.yaml')
    .option('--seed <n>', 'the same seed makes the same callees', whole, 1)
    .option('--at <moment>', 'when it begins, such as 2026-12-01T09:00:00Z; default now')
    .action(async (file: string, options: RehearseOptions) => end(await rehearse(file, options)));
  command
    .command('status')
    .description('how far campaigns have come')
    .argument('[name]', 'one of them, with the lines of its list that were left out')
    .action(async (name: string | undefined) => status(settings(), name));
  for (const [order, description] of [
    ['pause', 'no further call; those that go on are talked to their end'],
    ['resume', 'go on calling'],
    ['cancel', 'no further call, for good'],
  ] as const)
    command
      .command(order)
      .description(description)
      .argument('<name>', 'as `status` shows it')
      .action(async (name: string) => {
        const seen = campaignView.parse(await ask(settings(), `${encodeURIComponent(name)}/${order}`, {}));
        console.log(progressLine(seen));
      });
  command
    .command('results')
    .description('what came of each lead, as CSV')
    .argument('<name>', 'as `status` shows it')
    .action(async (name: string) => {
      process.stdout.write(await askText(settings(), `${encodeURIComponent(name)}/results.csv`));
    });
  return command;
}

async function run(settings: Settings, file: string, { results, detach }: RunOptions): Promise<number> {
  const texts = await readTexts(file);
  const created = campaignDetail.parse(await ask(settings, '', texts));
  for (const line of faultLines(created.faults)) console.error(line);
  if (detach) {
    console.log(progressLine(created));
    return EXIT_OK;
  }
  const path = encodeURIComponent(created.name);
  const shown = new ProgressLine();
  let seen: CampaignSeen = created;
  for (;;) {
    shown.show(seen);
    const isOver = seen.state === 'finished' || seen.state === 'cancelled';
    if ((isOver && seen.live === 0) || (seen.state === 'paused' && seen.reason !== null)) break;
    await pass(ASK_EVERY_MS);
    seen = campaignView.parse(await ask(settings, path));
  }
  shown.end();
  if (results !== undefined) await writePage(results, await askText(settings, `${path}/results.csv`));
  return seen.state === 'finished' ? EXIT_OK : EXIT_FAULT;
}

async function rehearse(file: string, { seed, at }: RehearseOptions): Promise<number> {
  const epochMs = at === undefined ? Date.now() : Date.parse(at);
  if (Number.isNaN(epochMs)) throw new ParleyError('CAMPAIGN_INVALID', `"${at}" is no moment.`);
  const texts = await readTexts(file);
  // Loaded only here: the other commands play nobody.
  const { rehearseCampaign } = await import('../outbound/campaigns/rehearsal/rehearse-campaign.ts');
  const beganMs = performance.now();
  const shown = new ProgressLine();
  const rehearsal = await rehearseCampaign(texts, {
    ...{ seed, epochMs },
    onProgress: ({ campaign, state, leads, outcomes }) =>
      shown.show({ name: campaign.name, state, reason: null, leads, outcomes, live: 0 }),
  });
  shown.end();
  for (const line of faultLines(rehearsal.faults)) console.error(line);
  for (const line of rehearsalLines(rehearsal, performance.now() - beganMs)) console.log(line);
  return rehearsal.breaches.length === 0 ? EXIT_OK : EXIT_FAULT;
}

async function status(settings: Settings, name: string | undefined): Promise<void> {
  if (name === undefined) {
    const { campaigns } = campaignList.parse(await ask(settings, ''));
    console.log(campaigns.length === 0 ? 'There are no campaigns.' : tableOfCampaigns(campaigns));
    return;
  }
  const seen = campaignDetail.parse(await ask(settings, encodeURIComponent(name)));
  console.log(progressLine(seen));
  for (const line of faultLines(seen.faults)) console.log(line);
}

/** The campaign and what it names, as texts. Throws CAMPAIGN_INVALID or LEADS_INVALID. */
async function readTexts(file: string): Promise<CampaignTexts> {
  const [{ readCampaign }, { textOfBytes }] = await Promise.all([
    import('../outbound/campaigns/campaign-file.ts'),
    import('../outbound/campaigns/text-of-bytes.ts'),
  ]);
  const read = async (path: string, code: 'CAMPAIGN_INVALID' | 'LEADS_INVALID') => {
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new ParleyError(code, `${path} cannot be read.`, { cause });
    });
    return textOfBytes(bytes, path, code);
  };
  const campaign = await read(file, 'CAMPAIGN_INVALID');
  const { leads, doNotCall } = readCampaign(campaign, file);
  if (leads === undefined)
    throw new ParleyError('CAMPAIGN_INVALID', `${file} names no list: leads is missing.`);
  const beside = (path: string) => read(resolve(dirname(file), path), 'LEADS_INVALID');
  return {
    campaign,
    leads: await beside(leads),
    ...(doNotCall !== undefined && { doNotCall: await beside(doNotCall) }),
  };
}

async function ask(settings: Settings, path: string, body?: unknown): Promise<unknown> {
  return JSON.parse(await askText(settings, path, body));
}

/** Throws CAMPAIGNS_UNREACHABLE, CAMPAIGN_UNKNOWN, CAMPAIGN_INVALID, LEADS_INVALID, CAMPAIGN_EXISTS, CAMPAIGN_STATE or an HTTP_ code. */
function askText(settings: Settings, path: string, body?: unknown): Promise<string> {
  return askService(settings, {
    path: path === '' ? 'campaigns' : `campaigns/${path}`,
    body,
    withinMs: CREATED_WITHIN_MS,
    unreachable: 'CAMPAIGNS_UNREACHABLE',
    unknown: 'CAMPAIGN_UNKNOWN',
    told: [
      ...(['CAMPAIGN_INVALID', 'LEADS_INVALID', 'CAMPAIGN_EXISTS', 'CAMPAIGN_STATE'] as const),
      ...(['CAMPAIGNS_UNAVAILABLE', 'TELEPHONE_AWAY'] as const),
    ],
  });
}

function whole(given: string): number {
  if (!/^\d{1,9}$/.test(given)) throw new InvalidArgumentError('expected a whole number');
  return Number(given);
}
