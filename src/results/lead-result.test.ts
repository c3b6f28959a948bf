import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { silentLog } from '../base/log.ts';
import type { CallResult } from './call-result.ts';
import { leadResult } from './lead-result.ts';
import { OutboxFiles } from './outbox-files.ts';
import { Outbox } from './outbox.ts';

const LEAD = {
  ...{
    campaign: 'december',
    webhook: 'https://crm.example/leads',
    line: 7,
    number: '+79161234501',
    bot: 'reminder',
  },
  ...{
    outcome: 'busy',
    cause: '17',
    tries: 3,
    talkedMs: 0,
    endedEpochMs: Date.parse('2026-12-01T09:00:00Z'),
  },
  ...{ lastCall: 'december-7-3', variables: { name: 'Анна' } },
};

it('of a lead nobody answered for is posted as it is, to the campaign and not to the bot, without a model or a history', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'parley-outbox-'));
  const posted: (readonly [url: string, result: CallResult])[] = [];
  const unused = async () => {
    throw new Error('not for this');
  };
  const outbox = await Outbox.open({
    files: new OutboxFiles(dir),
    clock: new ManualClock(),
    epochMs: () => LEAD.endedEpochMs,
    random: () => 0.5,
    log: silentLog,
    make: unused,
    keep: unused,
    post: async (url, result) => {
      posted.push([url, result]);
      return { kind: 'delivered' };
    },
    webhookOf: () => 'https://crm.example/calls',
    onOutcome: () => undefined,
  });
  const { call, result } = leadResult(LEAD);
  await outbox.putReady('key-1', call, result);
  await outbox.settled();
  expect(posted).toHaveLength(1);
  const [[url, told] = []] = posted;
  expect(url).toBe('https://crm.example/leads');
  expect(told).toMatchObject({
    ...{ id: 'december-7', bot: 'reminder', direction: 'outbound', callerNumber: '+79161234501' },
    ...{ outcome: 'busy', cause: '17', valid: true },
    data: { campaign: 'december', line: 7, tries: 3, call: 'december-7-3', variables: { name: 'Анна' } },
  });
  expect(outbox.waiting).toEqual([]);
  await outbox.close();
  await rm(dir, { recursive: true, force: true });
});
