/** A daemon that calls campaigns with others until somebody kills it: `campaign-daemon.ts NAME REDIS_URL DIR CRM LEADS`. It prints what it does. */
import { join } from 'node:path';
import { sleep, systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { openRedis } from '../../base/redis.ts';
import { Membership } from '../../fleet/membership.ts';
import { RedisMemory } from '../../fleet/redis-memory.ts';
import { STATE } from '../../fleet/testing/a-call.ts';
import { IN_MEMORY } from '../../outbound/campaigns/database.ts';
import { storeInThread } from '../../outbound/campaigns/store-questions.ts';
import { EPOCH_MS, campaignText, listOf } from '../../outbound/campaigns/testing/a-campaign.ts';
import { Deliveries } from '../../results/delivery.ts';
import { leadResult } from '../../results/lead-result.ts';
import { Outbox } from '../../results/outbox.ts';
import { OutboxFiles } from '../../results/outbox-files.ts';
import { SharedResults } from '../../results/shared-results.ts';
import { sharedCampaigns } from '../call-campaigns.ts';

const [name = '', url = '', dir = '', crm = '', leads = ''] = process.argv.slice(2);

const CALL_MS = 200;

const redis = openRedis(url, silentLog);
await new Promise((resolve) => redis.once('ready', resolve));
const memory = new RedisMemory(redis, { fleet: 'voicebot' });
const time = { clock: systemClock, epochMs: () => EPOCH_MS + performance.now(), log: silentLog };
const membership = new Membership({
  ...{ ...time, memory, daemon: name, state: () => STATE },
  on: { lapsed: async () => undefined, forsaken: () => undefined, toDrain: () => undefined },
});
await membership.start();
const session = () => membership.session;
const shared = new SharedResults({
  ...{ ...time, files: new OutboxFiles(join(dir, 'outbox')), works: memory.works('result', session) },
  settled: () => membership.settled(),
});
const deliveries = new Deliveries({ ...time, secret: undefined });
const outbox = await Outbox.open({
  ...{ ...time, files: shared.files, random: Math.random, isOurs: (entry) => shared.isOurs(entry) },
  make: () => Promise.reject(new Error('every result here is made already')),
  post: (to, result, signal) => deliveries.post(to, result, signal),
  keep: async () => undefined,
  webhookOf: () => undefined,
  onOutcome: () => undefined,
});
shared.start((entry) => outbox.adopt(entry));
const campaigns = sharedCampaigns({
  ...{
    ...time,
    local: storeInThread(join(dir, 'campaigns.sqlite')),
    scratch: () => storeInThread(IN_MEMORY),
  },
  works: memory.works('campaign', session),
  ...{ awake: membership, isAble: () => true, bots: () => ['reminder'] },
  callOut: async ({ to }, signal) => {
    process.stdout.write(`dialled ${to}\n`);
    await sleep(systemClock, CALL_MS, signal);
    return { outcome: 'answered', by: 'person', cause: 'caller', talkedMs: 60_000 };
  },
  onSettled: async ({ name: campaign }, lead) => {
    const { outcome = 'unknown', cause = '', talkedMs = 0, endedEpochMs = 0, lastCall = '' } = lead;
    const told = { campaign, webhook: crm, outcome, cause, talkedMs, endedEpochMs, lastCall };
    const { call, result } = leadResult({ ...lead, ...told });
    return outbox.putReady(call.id, call, result);
  },
});
await campaigns.open();
process.stdout.write('open\n');
if (leads !== '') {
  const campaign = campaignText({ concurrency: 2, callsPerSecond: 10, webhook: crm });
  await campaigns.create({ campaign, leads: listOf(Number(leads)) });
}
