/** A process that calls a campaign until somebody kills it: `campaign-process.ts FILE LEADS`. It prints each number as it is dialled. */
import { sleep, systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { Campaigns } from '../campaigns.ts';
import { storeInThread } from '../store-questions.ts';
import { EPOCH_MS, campaignText, listOf } from './a-campaign.ts';

const [file = '', leads = ''] = process.argv.slice(2);

const CALL_MS = 30;

const campaigns = new Campaigns({
  store: storeInThread(file),
  clock: systemClock,
  epochMs: () => EPOCH_MS + performance.now(),
  bots: () => ['reminder'],
  log: silentLog,
  callOut: async ({ to }, signal) => {
    process.stdout.write(`dialled ${to}\n`);
    await sleep(systemClock, CALL_MS, signal);
    return { outcome: 'answered', by: 'person', cause: 'caller', talkedMs: 60_000 };
  },
});
await campaigns.open();
const campaign = campaignText({ concurrency: 3, callsPerSecond: 100 });
await campaigns.create({ campaign, leads: listOf(Number(leads)) });
process.stdout.write('calling\n');
await campaigns.over('december');
process.stdout.write(`${JSON.stringify(await campaigns.one('december'))}\nover\n`);
await campaigns.close();
